package dev.therapyfit.cql.fhir;

import java.math.BigDecimal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;

/** JSON as it is gone through, token by token. Whoever reads a value begins at its first token and leaves at its last. */
abstract class Tokens {
    private @Nullable JsonToken token;
    private int depth;

    /** Begins at the first token of a value, which is the current one. */
    final void begin(@Nullable JsonToken first) {
        token = first;
        depth = first != null && first.isStructStart() ? 1 : 0;
    }

    /** Goes on by one token; null behind the last. */
    abstract @Nullable JsonToken advance();

    /** The property whose value begins here. */
    abstract String name();

    /** The text of a string. */
    abstract String string();

    /** Its length, without making the text. */
    abstract int stringLength();

    /** The value of a number; one that no patient has if its exponent is beyond all that Java has. */
    abstract BigDecimal decimal();

    /** The value of a number without fraction and exponent; null for everything else, and for one beyond a long. */
    abstract @Nullable Long whole();

    /** The value that begins here, gone through to its last token. */
    abstract JsonNode tree();

    /** The same without going through it, if it was read before. */
    abstract Optional<JsonNode> ahead();

    /** The next token; null behind the last. */
    final @Nullable JsonToken next() {
        token = advance();
        if (token != null && token.isStructStart()) {
            depth++;
        } else if (token != null && token.isStructEnd()) {
            depth--;
        }
        return token;
    }

    /** Says that a structure that begins here was gone through. */
    final void passed() {
        if (token != null && token.isStructStart()) {
            depth--;
        }
        token = null;
    }

    /** Goes to the first token of the next property's value; false if the object ends. */
    final boolean nextProperty() {
        if (next() != JsonToken.PROPERTY_NAME) {
            return false;
        }
        next();
        return true;
    }

    /** Goes to the first token of the next value of an array; false if the array ends. */
    final boolean nextValue() {
        return next() != JsonToken.END_ARRAY;
    }

    final boolean isNull() {
        return token == JsonToken.VALUE_NULL;
    }

    final boolean isObject() {
        return token == JsonToken.START_OBJECT;
    }

    final boolean isArray() {
        return token == JsonToken.START_ARRAY;
    }

    final boolean isString() {
        return token == JsonToken.VALUE_STRING;
    }

    final boolean isNumber() {
        return token != null && token.isNumeric();
    }

    final @Nullable JsonToken token() {
        return token;
    }

    /** Structures that are open here, among those that were gone into. */
    final int depth() {
        return depth;
    }

    /** Goes to the last token of the value. */
    final void skip() {
        if (token != null && token.isStructStart()) {
            leave(depth - 1);
        }
    }

    /** Goes to where no more structures are open than that. */
    final void leave(int open) {
        while (depth > open && next() != null) {
            // what is passed over has only to be JSON
        }
    }
}
