package dev.therapyfit.hooks.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.therapyfit.hooks.prefetch.PrefetchTemplate;
import dev.therapyfit.hooks.service.CdsService;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The answer to discovery (CDS Hooks, "Discovery"). */
record DiscoveryResponse(List<Service> services) {

    static DiscoveryResponse of(List<CdsService> services) {
        return new DiscoveryResponse(services.stream().map(Service::of).toList());
    }

    /** One service as a client sees it. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record Service(
            String hook,
            String id,
            String title,
            String description,
            @Nullable String usageRequirements,
            Map<String, String> prefetch) {
        static Service of(CdsService service) {
            Map<String, String> prefetch = new LinkedHashMap<>();
            for (PrefetchTemplate template : service.prefetch()) {
                prefetch.put(template.key(), template.text());
            }
            return new Service(
                    service.hook().code(),
                    service.id(),
                    service.title(),
                    service.description(),
                    service.usageRequirements().orElse(null),
                    prefetch);
        }
    }
}
