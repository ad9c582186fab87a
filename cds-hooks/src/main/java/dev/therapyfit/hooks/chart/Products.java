package dev.therapyfit.hooks.chart;

import dev.therapyfit.cql.fhir.Element;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.record.BaseUrl;
import dev.therapyfit.cql.record.Contained;
import dev.therapyfit.cql.record.References;
import dev.therapyfit.cql.record.WordsOnly;
import dev.therapyfit.hooks.request.FhirServer;
import dev.therapyfit.hooks.request.HookRequest;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.hl7.fhir.instance.model.api.IIdType;

/**
 * The medications that orders refer to, as far as they are here.
 *
 * @param known resources that came with the orders or were read for them
 * @param server base URL of the server that they belong to, if it is known
 */
public record Products(Collection<Resource> known, Optional<URI> server) {
    /** Where nothing is known. */
    public static final Products NONE = new Products(List.of(), Optional.empty());

    static final String TYPE = "Medication";

    /** Those of a call: what its orders came with, and what is known besides. */
    public static Products of(HookRequest request, Collection<Resource> besides) {
        return new Products(
                Stream.concat(request.context().draftOrders().stream(), besides.stream())
                        .toList(),
                request.fhirServer().map(FhirServer::base));
    }

    /** False for a reference that holds words only: it says no more than a text instead of a code does. */
    public static boolean leadsSomewhere(Element reference) {
        return !WordsOnly.isAll(reference);
    }

    /**
     * The medication behind an order's reference: one that the order contains, or one of the server's that is known.
     *
     * @return empty if it is not here
     */
    public Optional<Resource> behind(Element reference, Resource order) {
        IIdType id = References.url(reference);
        if (!id.hasIdPart() || !mayBeMedication(id) || !BaseUrl.isOf(server, id)) {
            return Optional.empty();
        }
        Stream<Resource> named = id.isLocal()
                ? Contained.named(id, order)
                : known.stream().filter(one -> one.hasText("id", id.getIdPart()));
        return named.filter(one -> one.isOf(TYPE)).findFirst();
    }

    private static boolean mayBeMedication(IIdType id) {
        return !id.hasResourceType() || id.getResourceType().equals(TYPE);
    }
}
