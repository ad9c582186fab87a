package dev.therapyfit.cql.evaluation;

import java.util.ArrayList;
import java.util.List;
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
            String name = String.valueOf(library.getIdentifier().getId());
            for (CodeDef def : library.getCodes().getDef()) {
                codes.add(new DeclaredCode(
                        name,
                        "input/cql/" + name + ".cql",
                        RetrieveCollector.line(def),
                        String.valueOf(def.getName()),
                        system(library, def),
                        String.valueOf(def.getId()),
                        confidence(def)));
            }
        }
        return List.copyOf(codes);
    }

    /** URL of the code system of a code; empty if it has none. */
    static String system(Library library, CodeDef def) {
        if (def.getCodeSystem() == null || library.getCodeSystems() == null) {
            return "";
        }
        String name = String.valueOf(def.getCodeSystem().getName());
        return library.getCodeSystems().getDef().stream()
                .filter(system -> name.equals(system.getName()))
                .map(system -> String.valueOf(system.getId()))
                .findFirst()
                .orElse("");
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
