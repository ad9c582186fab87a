package dev.therapyfit.cql.fhir;

import dev.therapyfit.cql.fhir.FhirType.Child;
import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.io.JsonStringEncoder;

/**
 * Elements as JSON, in FHIR's order whatever the order was in what they were read from, without white space. What says the
 * same is the same text.
 */
public final class Json {
    private final StringBuilder out = new StringBuilder();
    private final Set<String> besides;

    private Json(Set<String> besides) {
        this.besides = besides;
    }

    /** An element as JSON; a primitive with a value as that value. */
    public static String of(Element element) {
        return of(element, Set.of());
    }

    /**
     * The same without some elements.
     *
     * @param besides names of elements that are left out of every resource, contained ones too
     */
    public static String of(Element element, Set<String> besides) {
        Json json = new Json(besides);
        json.write(element);
        return json.out.toString();
    }

    private void write(Element element) {
        if (element instanceof Primitive primitive && primitive.value() != null) {
            scalar(primitive.value());
        } else {
            object(element);
        }
    }

    private void object(Element element) {
        out.append('{');
        int start = out.length();
        boolean isResource = element instanceof Resource;
        if (isResource) {
            name("resourceType", start);
            text(element.type().name());
        }
        for (Child child : element.type().children()) {
            Object value = element.value(child);
            if (value instanceof Element one && !(isResource && besides.contains(child.name()))) {
                single(child, one, start);
            } else if (value instanceof List<?> list && !(isResource && besides.contains(child.name()))) {
                repeated(child, list, start);
            }
        }
        out.append('}');
    }

    private void single(Child child, Element one, int start) {
        String field = child.isChoice() ? child.name() + one.type().suffix() : child.name();
        if (!(one instanceof Primitive primitive)) {
            name(field, start);
            object(one);
            return;
        }
        if (primitive.value() != null) {
            name(field, start);
            scalar(primitive.value());
        }
        if (hasMore(primitive)) {
            name("_" + field, start);
            object(primitive);
        }
    }

    private void repeated(Child child, List<?> list, int start) {
        name(child.name(), start);
        array(list, false);
        if (list.stream().anyMatch(one -> one instanceof Primitive primitive && hasMore(primitive))) {
            name("_" + child.name(), start);
            array(list, true);
        }
    }

    private void array(List<?> list, boolean isMore) {
        out.append('[');
        for (int i = 0; i < list.size(); i++) {
            if (i > 0) {
                out.append(',');
            }
            Element one = (Element) list.get(i);
            if (!(one instanceof Primitive primitive)) {
                object(one);
            } else if (isMore ? hasMore(primitive) : primitive.value() != null) {
                if (isMore) {
                    object(primitive);
                } else {
                    scalar(primitive.value());
                }
            } else {
                out.append("null");
            }
        }
        out.append(']');
    }

    /** True for an id or extensions beside a value. */
    private static boolean hasMore(Primitive primitive) {
        return !primitive.hasNoElements();
    }

    private void name(String name, int start) {
        if (out.length() > start) {
            out.append(',');
        }
        out.append('"').append(name).append("\":");
    }

    private void scalar(@Nullable Object value) {
        if (value instanceof String string) {
            text(string);
        } else if (value instanceof BigDecimal number) {
            out.append(number.toPlainString());
        } else if (value instanceof Integer || value instanceof Boolean) {
            out.append(value);
        } else {
            throw new IllegalStateException("no value of FHIR");
        }
    }

    private void text(String text) {
        out.append('"');
        JsonStringEncoder.getInstance().quoteAsString(text, out);
        out.append('"');
    }
}
