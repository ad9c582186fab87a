package dev.therapyfit.cql.evaluation;

import dev.therapyfit.cql.elm.Row;
import dev.therapyfit.cql.fhir.Element;
import dev.therapyfit.cql.fhir.HapiResources;
import dev.therapyfit.cql.fhir.Primitive;
import dev.therapyfit.cql.fhir.UnreadableResource;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.hl7.fhir.instance.model.api.IPrimitiveType;
import org.hl7.fhir.r4.model.Base;
import org.jspecify.annotations.Nullable;
import org.opencds.cqf.cql.engine.runtime.Code;
import org.opencds.cqf.cql.engine.runtime.Tuple;

/** Turns the engine's values into plain ones, so that nothing else has to know the engine's types. */
final class EngineValues {
    private EngineValues() {}

    static @Nullable Object plain(@Nullable Object value) {
        return plain(value, Object::toString);
    }

    /** @param others what stands for dates, quantities and whatever else has a notation in CQL */
    static @Nullable Object plain(@Nullable Object value, Function<Object, Object> others) {
        if (value == null
                || value instanceof String
                || value instanceof Boolean
                || value instanceof Integer
                || value instanceof Long
                || value instanceof BigDecimal) {
            return value;
        }
        if (value instanceof Row row) {
            return plain(row::forEach, others);
        }
        if (value instanceof Tuple tuple) {
            return plain(tuple.getElements()::forEach, others);
        }
        if (value instanceof Iterable<?> iterable) {
            List<Object> list = new ArrayList<>();
            for (Object element : iterable) {
                Object plain = plain(element, others);
                if (plain != null) {
                    list.add(plain);
                }
            }
            return list;
        }
        if (value instanceof Code code) {
            Map<String, Object> map = new LinkedHashMap<>();
            putIfPresent(map, "system", code.getSystem());
            putIfPresent(map, "code", code.getCode());
            putIfPresent(map, "display", code.getDisplay());
            return map;
        }
        if (value instanceof Element element) {
            return element instanceof Primitive primitive ? primitive.text().orElse(null) : element;
        }
        if (value instanceof IPrimitiveType<?> primitive) {
            return primitive.getValueAsString();
        }
        if (value instanceof Base base) {
            return element(base);
        }
        return others.apply(value);
    }

    /** Of the reference, which holds HAPI's classes. */
    private static Element element(Base base) {
        try {
            return HapiResources.ofHapi(base);
        } catch (UnreadableResource e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, Object> plain(
            Consumer<BiConsumer<String, @Nullable Object>> elements, Function<Object, Object> others) {
        Map<String, Object> map = new LinkedHashMap<>();
        elements.accept((name, element) -> putIfPresent(map, name, plain(element, others)));
        return map;
    }

    private static void putIfPresent(Map<String, Object> map, String name, @Nullable Object value) {
        if (value != null) {
            map.put(name, value);
        }
    }
}
