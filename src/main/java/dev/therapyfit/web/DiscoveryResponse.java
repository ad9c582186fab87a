package dev.therapyfit.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.therapyfit.clients.Client.CdsHooksVersion;
import dev.therapyfit.hooks.catalog.CdsService;
import dev.therapyfit.hooks.chart.PrefetchTemplate;
import dev.therapyfit.hooks.chart.PrefetchTemplate.Tokens;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The answer to discovery (CDS Hooks, "Discovery"). */
record DiscoveryResponse(List<Service> services) {
    /** The release of CDS Hooks that is implemented. */
    private static final String VERSION = "3.0.0";

    static DiscoveryResponse of(List<CdsService> services, CdsHooksVersion client) {
        Tokens tokens = client == CdsHooksVersion.V3 ? Tokens.FHIRPATH : Tokens.PLAIN;
        return new DiscoveryResponse(
                services.stream().map(service -> Service.of(service, tokens)).toList());
    }

    /** One service as a client sees it. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record Service(
            String hook,
            String hookVersion,
            String id,
            String title,
            String description,
            @Nullable String usageRequirements,
            String version,
            Map<String, String> prefetch) {
        static Service of(CdsService service, Tokens tokens) {
            Map<String, String> prefetch = new LinkedHashMap<>();
            for (PrefetchTemplate template : service.prefetch()) {
                template.text(tokens).ifPresent(text -> prefetch.put(template.key(), text));
            }
            return new Service(
                    service.hook().code(),
                    service.hook().version(),
                    service.id(),
                    service.title(),
                    service.description(),
                    service.usageRequirements().orElse(null),
                    VERSION,
                    prefetch);
        }
    }
}
