package dev.therapyfit.cql.fhir;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.TreeTraversingParser;
import tools.jackson.databind.util.TokenBuffer;

/** JSON as it is gone through, token by token. Whoever reads a value begins at its first token and leaves at its last. */
final class Tokens {
    private final JsonParser parser;
    private @Nullable JsonToken token;
    private int depth;

    /** Goes on where a parser is: at the first token of a value. */
    Tokens(JsonParser parser) {
        this.parser = parser;
        this.token = parser.currentToken();
        this.depth = token != null && token.isStructStart() ? 1 : 0;
    }

    /** The tokens of a value that was read before, at its first. */
    static Tokens of(JsonNode json) {
        return atFirst(new TreeTraversingParser(json));
    }

    /** The tokens of a value that was put aside, at its first. */
    static Tokens of(TokenBuffer buffer) {
        return atFirst(buffer.asParser());
    }

    private static Tokens atFirst(JsonParser parser) {
        parser.nextToken();
        return new Tokens(parser);
    }

    /** The next token; null behind the last. */
    @Nullable
    JsonToken next() {
        token = parser.nextToken();
        if (token != null && token.isStructStart()) {
            depth++;
        } else if (token != null && token.isStructEnd()) {
            depth--;
        }
        return token;
    }

    /** Goes to the first token of the next property's value; false if the object ends. */
    boolean nextProperty() {
        if (next() != JsonToken.PROPERTY_NAME) {
            return false;
        }
        next();
        return true;
    }

    /** Goes to the first token of the next value of an array; false if the array ends. */
    boolean nextValue() {
        return next() != JsonToken.END_ARRAY;
    }

    /** The property whose value this is. */
    String name() {
        return parser.currentName();
    }

    boolean isNull() {
        return token == JsonToken.VALUE_NULL;
    }

    boolean isObject() {
        return token == JsonToken.START_OBJECT;
    }

    boolean isArray() {
        return token == JsonToken.START_ARRAY;
    }

    boolean isString() {
        return token == JsonToken.VALUE_STRING;
    }

    boolean isNumber() {
        return token != null && token.isNumeric();
    }

    /** The value's own token. */
    @Nullable
    JsonToken token() {
        return token;
    }

    /** For the value of a token that holds one. */
    JsonParser value() {
        return parser;
    }

    /** Structures that are open here, among those that were gone into. */
    int depth() {
        return depth;
    }

    /** Goes to the last token of the value. */
    void skip() {
        if (token != null && token.isStructStart()) {
            leave(depth - 1);
        }
    }

    /** Goes to where no more structures are open than that. */
    void leave(int open) {
        while (depth > open && next() != null) {
            // what is passed over has only to be JSON
        }
    }

    /** Puts the value aside, its numbers as they are written. */
    void copyTo(TokenBuffer buffer) {
        boolean isStructure = token != null && token.isStructStart();
        buffer.copyCurrentStructure(parser);
        depth -= isStructure ? 1 : 0;
        token = null;
    }
}
