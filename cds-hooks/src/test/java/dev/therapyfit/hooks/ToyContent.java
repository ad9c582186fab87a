package dev.therapyfit.hooks;

import ca.uhn.fhir.context.FhirContext;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import dev.therapyfit.cql.fhir.Json;
import dev.therapyfit.cql.fhir.Written;
import dev.therapyfit.hooks.catalog.ServiceCatalog;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.hl7.fhir.r4.model.PlanDefinition;

/** The content of {@code src/test/resources/toy}: drinks and thirst, nothing clinical. */
public final class ToyContent {
    /** With it tests write resources as JSON. */
    public static final FhirContext FHIR = FhirContext.forR4Cached();

    public static final Content CONTENT = Content.read(Path.of("../cds-hooks/src/test/resources/toy"));
    public static final CqlEvaluator EVALUATOR = CqlEvaluator.compile(CONTENT, "Toy");

    /** The system of every toy code. */
    public static final String THINGS = "https://toy.example/CodeSystem/thing";

    public static final String CQL = "input/cql/Toy.cql";
    public static final String ORDER_SELECT = "input/resources/plandefinition/toy-order-select.json";
    public static final String PATIENT_VIEW = "input/resources/plandefinition/toy-patient-view.json";

    private ToyContent() {}

    public static ServiceCatalog catalog() {
        return ServiceCatalog.of(CONTENT, EVALUATOR);
    }

    public static LoadedContent loaded() {
        return LoadedContent.of(CONTENT, EVALUATOR);
    }

    /** The same content with one file more. */
    public static Content and(String file, String text) {
        Map<String, byte[]> files = new TreeMap<>(CONTENT.filesUnder(""));
        files.put(file, text.getBytes(StandardCharsets.UTF_8));
        return Content.of(files);
    }

    /** A content with a plan definition of it changed. */
    public static Content changing(Content content, String file, Consumer<PlanDefinition> change) {
        PlanDefinition plan = content.planDefinitions().stream()
                .filter(one -> content.file(one).equals(file))
                .map(one -> Written.written(one, PlanDefinition.class))
                .findFirst()
                .orElseThrow();
        change.accept(plan);
        return content.with(Map.of(file, Json.of(Written.read(plan)).getBytes(StandardCharsets.UTF_8)));
    }

    /** The same content with some text of one file replaced; the text must be there. */
    public static Content with(String file, String text, String replacement) {
        byte[] bytes = CONTENT.bytes(file);
        if (bytes == null) {
            throw new IllegalArgumentException("no such file: " + file);
        }
        String before = new String(bytes, StandardCharsets.UTF_8);
        String after = before.replace(text, replacement);
        if (after.equals(before)) {
            throw new IllegalArgumentException(file + " does not hold: " + text);
        }
        return and(file, after);
    }
}
