package dev.therapyfit.cql.evaluation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.hl7.cql_annotations.r1.Annotation;
import org.hl7.elm.r1.CodeDef;
import org.hl7.elm.r1.Library;

/** Reads the codes that compiled libraries declare. */
final class DeclaredCodes {
    private static final String TAG = "confidence";

    private DeclaredCodes() {}

    static List<DeclaredCode> of(List<Library> libraries) {
        List<DeclaredCode> codes = new ArrayList<>();
        for (Library library : libraries) {
            if (library.getCodes() == null) {
                continue;
            }
            Map<String, String> systems = new HashMap<>();
            if (library.getCodeSystems() != null) {
                library.getCodeSystems()
                        .getDef()
                        .forEach(system ->
                                systems.put(String.valueOf(system.getName()), String.valueOf(system.getId())));
            }
            String name = String.valueOf(library.getIdentifier().getId());
            for (CodeDef def : library.getCodes().getDef()) {
                String system = def.getCodeSystem() == null
                        ? ""
                        : systems.getOrDefault(
                                String.valueOf(def.getCodeSystem().getName()), "");
                codes.add(new DeclaredCode(
                        name,
                        "input/cql/" + name + ".cql",
                        RetrieveCollector.line(def),
                        String.valueOf(def.getName()),
                        system,
                        String.valueOf(def.getId()),
                        confidence(def)));
            }
        }
        return List.copyOf(codes);
    }

    private static String confidence(CodeDef def) {
        return def.getAnnotation().stream()
                .filter(Annotation.class::isInstance)
                .map(Annotation.class::cast)
                .flatMap(annotation -> annotation.getT().stream())
                .filter(tag -> TAG.equals(tag.getName()))
                .map(tag -> String.valueOf(tag.getValue()).strip())
                .findFirst()
                .orElse("");
    }
}
