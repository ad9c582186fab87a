package dev.therapyfit.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.therapyfit.clients.Client.CdsHooksVersion;
import dev.therapyfit.hooks.LoadedContent;
import dev.therapyfit.hooks.catalog.CdsService;
import dev.therapyfit.hooks.chart.PrefetchTemplate;
import dev.therapyfit.hooks.chart.PrefetchTemplate.Tokens;
import dev.therapyfit.hooks.decision.Decision.ContentVersion;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The answer to discovery (CDS Hooks, "Discovery"). */
record DiscoveryResponse(List<Service> services) {
    /** The release of CDS Hooks that is implemented. */
    private static final String VERSION = "3.0.0";

    static DiscoveryResponse of(LoadedContent content, CdsHooksVersion client) {
        Tokens tokens = client == CdsHooksVersion.V3 ? Tokens.FHIRPATH : Tokens.PLAIN;
        return new DiscoveryResponse(content.catalog().services().stream()
                .map(service -> Service.of(service, content.decisions().content(), tokens))
                .toList());
    }

    /** Named by reverse domain (CDS Hooks, "Extensions"). */
    record Extension(@JsonProperty("dev.therapyfit.content") ContentOfService content) {}

    /** The content that the service answers with: its main library, and the digest of all of it. */
    record ContentOfService(String name, String version, String sha256) {}

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
            Map<String, String> prefetch,
            Extension extension) {
        static Service of(CdsService service, ContentVersion content, Tokens tokens) {
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
                    prefetch,
                    new Extension(new ContentOfService(content.name(), content.version(), content.sha256())));
        }
    }
}
