package dev.therapyfit.peers;

import ca.uhn.fhir.context.FhirContext;
import dev.therapyfit.cql.fhir.HapiResources;
import dev.therapyfit.cql.fhir.Resource;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.instance.model.api.IPrimitiveType;
import org.jspecify.annotations.Nullable;
import org.opencds.cqf.cql.engine.runtime.Code;
import org.opencds.cqf.cql.engine.runtime.Tuple;

/** One text for equal values, be they the CQL engine's own or the plain ones that our evaluator gives. */
final class ValueText {
    private ValueText() {}

    static String of(@Nullable Object value) {
        if (value instanceof Tuple tuple) {
            return ofMap(tuple.getElements());
        }
        if (value instanceof Map<?, ?> map) {
            return ofMap(map);
        }
        if (value instanceof Iterable<?> list) {
            StringJoiner text = new StringJoiner(", ", "[", "]");
            list.forEach(element -> text.add(of(element)));
            return text.toString();
        }
        if (value instanceof Code code) {
            return ofMap(Map.of("system", String.valueOf(code.getSystem()), "code", String.valueOf(code.getCode())));
        }
        if (value instanceof Resource resource) {
            return of(HapiResources.toHapi(resource));
        }
        if (value instanceof IBaseResource resource) {
            return FhirContext.forR4Cached().newJsonParser().encodeResourceToString(resource);
        }
        if (value instanceof IPrimitiveType<?> primitive) {
            return String.valueOf(primitive.getValueAsString());
        }
        return String.valueOf(value);
    }

    private static String ofMap(Map<?, ?> map) {
        Map<String, String> sorted = new TreeMap<>();
        map.forEach((name, element) -> {
            if (element != null) {
                sorted.put(String.valueOf(name), of(element));
            }
        });
        return sorted.toString();
    }
}
