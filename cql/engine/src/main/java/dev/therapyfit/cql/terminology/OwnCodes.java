package dev.therapyfit.cql.terminology;

import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.fhir.Element;
import dev.therapyfit.cql.fhir.Resource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The codes of the code systems that the content defines: these mean what it says, and there are no others. */
public final class OwnCodes {
    private final Map<String, Set<String>> bySystem;

    private OwnCodes(Map<String, Set<String>> bySystem) {
        this.bySystem = bySystem;
    }

    /** Reads every code system that says its codes. */
    public static OwnCodes of(Content content) {
        Map<String, Set<String>> bySystem = new HashMap<>();
        for (Resource system : content.codeSystems()) {
            if (!system.hasText("content", "not-present")) {
                collect(
                        system.all("concept"),
                        bySystem.computeIfAbsent(system.text("url").orElse(""), url -> new HashSet<>()));
            }
        }
        return new OwnCodes(bySystem);
    }

    private static void collect(List<Element> concepts, Set<String> codes) {
        concepts.forEach(concept -> {
            concept.text("code").ifPresent(codes::add);
            collect(concept.all("concept"), codes);
        });
    }

    /** True if the content defines the system. */
    public boolean define(@Nullable String system) {
        return bySystem.containsKey(system);
    }

    /** True if the content defines the system, and not this code of it. */
    public boolean lacks(@Nullable String system, @Nullable String code) {
        Set<String> codes = bySystem.get(system);
        return codes != null && !codes.contains(code);
    }
}
