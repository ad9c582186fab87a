package dev.therapyfit.cql.record;

import java.util.stream.Stream;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.DomainResource;
import org.hl7.fhir.r4.model.Resource;

/** Resources that a resource contains. */
public final class Contained {
    private Contained() {}

    /** Those that a reference such as {@code #id} of the holder means. */
    public static Stream<Resource> named(IIdType id, Resource holder) {
        return holder instanceof DomainResource domain
                ? domain.getContained().stream().filter(inner -> bare(id).equals(bare(inner.getIdElement())))
                : Stream.empty();
    }

    /** HAPI keeps the '#' of a contained resource's id in one place and not in the other. */
    private static String bare(IIdType id) {
        String part = String.valueOf(id.getIdPart());
        return part.startsWith("#") ? part.substring(1) : part;
    }
}
