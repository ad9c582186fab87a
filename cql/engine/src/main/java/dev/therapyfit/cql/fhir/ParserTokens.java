package dev.therapyfit.cql.fhir;

import java.math.BigDecimal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonParser.NumberType;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tokens as they come. */
final class ParserTokens extends Tokens {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS) // it reads parts of what a parser holds
            .build();

    private final JsonParser parser;

    /** Goes on where a parser is: at the first token of a value. */
    ParserTokens(JsonParser parser) {
        this.parser = parser;
        begin(parser.currentToken());
    }

    @Override
    @Nullable
    JsonToken advance() {
        return parser.nextToken();
    }

    @Override
    String name() {
        return parser.currentName();
    }

    @Override
    String string() {
        return parser.getString();
    }

    @Override
    int stringLength() {
        return parser.getStringLength();
    }

    @Override
    BigDecimal decimal() {
        return parser.getDecimalValue();
    }

    @Override
    @Nullable
    Long whole() {
        return token() == JsonToken.VALUE_NUMBER_INT && parser.getNumberType() != NumberType.BIG_INTEGER
                ? parser.getLongValue()
                : null;
    }

    @Override
    JsonNode tree() {
        JsonNode tree = MAPPER.readTree(parser);
        passed();
        return tree;
    }

    @Override
    Optional<JsonNode> ahead() {
        return Optional.empty();
    }
}
