package dev.therapyfit.cql.fhir;

import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;

/** Tokens of a tree, which can be looked at before they are gone through; Jackson's own parser of a tree cannot. */
final class TreeTokens extends Tokens {
    private final Deque<Open> open = new ArrayDeque<>();
    private JsonNode node;
    private String name = "";

    /** Begins at the first token. */
    TreeTokens(JsonNode json) {
        node = json;
        begin(enter(json));
    }

    /** An object or an array that was gone into. */
    private static final class Open {
        private final Iterator<JsonNode> values;
        private final @Nullable Iterator<String> names;
        private boolean isAtName;

        Open(JsonNode of) {
            this.values = of.iterator();
            this.names = of.isObject() ? of.propertyNames().iterator() : null;
        }
    }

    private JsonToken enter(JsonNode value) {
        node = value;
        if (value.isContainer()) {
            open.push(new Open(value));
        }
        return value.asToken();
    }

    @Override
    @Nullable
    JsonToken advance() {
        Open inner = open.peek();
        if (inner == null) {
            return null;
        }
        if (inner.names != null && !inner.isAtName && inner.values.hasNext()) {
            name = inner.names.next();
            inner.isAtName = true;
            return JsonToken.PROPERTY_NAME;
        }
        if (inner.values.hasNext()) {
            inner.isAtName = false;
            return enter(inner.values.next());
        }
        open.pop();
        return inner.names == null ? JsonToken.END_ARRAY : JsonToken.END_OBJECT;
    }

    @Override
    String name() {
        return name;
    }

    @Override
    String string() {
        return node.stringValue();
    }

    @Override
    int stringLength() {
        return node.stringValue().length();
    }

    @Override
    BigDecimal decimal() {
        return node.decimalValue();
    }

    @Override
    @Nullable
    Long whole() {
        return node.isIntegralNumber() && node.canConvertToLong() ? node.longValue() : null;
    }

    @Override
    JsonNode tree() {
        JsonNode tree = node;
        if (tree.isContainer()) {
            open.pop();
        }
        passed();
        return tree;
    }

    @Override
    Optional<JsonNode> ahead() {
        return Optional.of(node);
    }
}
