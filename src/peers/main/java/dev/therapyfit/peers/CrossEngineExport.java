package dev.therapyfit.peers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.therapyfit.authoring.cases.Case;
import dev.therapyfit.authoring.cases.Cases;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import dev.therapyfit.cql.evaluation.ExpressionResults;
import dev.therapyfit.cql.fhir.Element;
import dev.therapyfit.cql.fhir.Json;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.record.BundleContents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Writes everything that an engine outside the JVM needs to evaluate the cases, and what ours says of each:
 *
 * <pre>
 * elm/LIBRARY.json    the compiled libraries
 * valuesets.json      codes by URL of the value set, see {@link Expansions}
 * cases/CASE.json     at, parameters, bundle, expected: value by expression of the main library, a null left out
 * </pre>
 *
 * <p>Values are JSON: a tuple is an object, a date or quantity its text in CQL, a resource its FHIR JSON. The folder
 * {@code cql/tooling/cross-engine} runs this and reads it.
 */
public final class CrossEngineExport {
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS); // a value's digits stay as recorded

    private CrossEngineExport() {}

    /**
     * Exports one content.
     *
     * @param arguments the content's folder and the folder to write to
     */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 2) {
            throw new IllegalArgumentException("expected two arguments: the content's folder, the folder to write to");
        }
        export(Content.read(Path.of(arguments[0])), Path.of(arguments[1]));
    }

    static void export(Content content, Path target) throws IOException {
        CqlEvaluator evaluator = CqlEvaluator.compile(content);
        List<Case> cases = Cases.of(content);

        Path elm = Files.createDirectories(target.resolve("elm"));
        for (Map.Entry<String, String> library : evaluator.elm().entrySet()) {
            Files.writeString(elm.resolve(library.getKey() + ".json"), library.getValue());
        }
        write(
                target.resolve("valuesets.json"),
                Expansions.of(
                        content,
                        evaluator.terminology(),
                        cases.stream()
                                .flatMap(example -> evaluator.read(example.record()).stream())
                                .toList()));
        Path folder = Files.createDirectories(target.resolve("cases"));
        for (Case example : cases) {
            write(
                    folder.resolve(example.name() + ".json"),
                    Map.of(
                            "at",
                                    example.at()
                                            .atOffset(CqlEvaluator.offset(example.record()))
                                            .toString(),
                            "parameters", example.inputs().parameters(example.record()),
                            "bundle", json(bundle(evaluator, example)),
                            "expected", expected(evaluator, example)));
        }
    }

    private static void write(Path file, Object value) throws IOException {
        Files.writeString(file, JSON.writeValueAsString(value));
    }

    /** This patient's record as the CQL reads it. */
    private static Resource bundle(CqlEvaluator evaluator, Case example) {
        return BundleContents.collection(evaluator.read(example.record()));
    }

    static Map<String, Object> expected(CqlEvaluator evaluator, Case example) {
        Set<String> names = new TreeSet<>(evaluator.expressions());
        names.remove("Patient"); // the context itself, not a result
        ExpressionResults results = evaluator.evaluate(example.record(), names, example.inputs(), example.at());
        Map<String, Object> values = new TreeMap<>();
        names.forEach(name -> results.value(name).ifPresent(value -> values.put(name, jsonValue(value))));
        return values;
    }

    private static Object jsonValue(Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> values = new TreeMap<>();
            map.forEach((name, element) -> values.put(String.valueOf(name), jsonValue(element)));
            return values;
        }
        if (value instanceof List<?> list) {
            return list.stream().map(CrossEngineExport::jsonValue).toList();
        }
        if (value instanceof Resource resource) {
            return json(resource);
        }
        if (value instanceof Element element) {
            throw new IllegalArgumentException(element.type() + " as a result: expected a resource");
        }
        return value;
    }

    private static Object json(Resource resource) {
        try {
            return JSON.readValue(Json.of(resource), Map.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
