package dev.therapyfit.cql.terminology;

import dev.therapyfit.cql.content.Content;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.CodeSystem.CodeSystemContentMode;
import org.hl7.fhir.r4.model.CodeSystem.ConceptDefinitionComponent;
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
        for (CodeSystem system : content.codeSystems()) {
            if (system.getContent() != CodeSystemContentMode.NOTPRESENT) {
                collect(system.getConcept(), bySystem.computeIfAbsent(system.getUrl(), url -> new HashSet<>()));
            }
        }
        return new OwnCodes(bySystem);
    }

    private static void collect(List<ConceptDefinitionComponent> concepts, Set<String> codes) {
        concepts.forEach(concept -> {
            codes.add(concept.getCode());
            collect(concept.getConcept(), codes);
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
