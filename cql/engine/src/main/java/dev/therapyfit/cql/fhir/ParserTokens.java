package dev.therapyfit.cql.fhir;

import java.math.BigDecimal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonParser.NumberType;
import tools.jackson.core.JsonToken;
import tools.jackson.core.util.JsonParserDelegate;
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
    private final JsonParser numbers;

    /** Goes on where a parser is: at the first token of a value. */
    ParserTokens(JsonParser parser) {
        this.parser = parser;
        this.numbers = new Numbers(parser);
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
        return numbers.getDecimalValue();
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
        JsonNode tree = MAPPER.readTree(numbers);
        passed();
        return tree;
    }

    @Override
    Optional<JsonNode> ahead() {
        return Optional.empty();
    }

    /** A number whose exponent Java cannot hold is one that no patient has, as others are: its element is not readable. */
    private static final class Numbers extends JsonParserDelegate {
        private static final BigDecimal NO_MEASURE = new BigDecimal("1e1000");

        Numbers(JsonParser parser) {
            super(parser);
        }

        @Override
        public BigDecimal getDecimalValue() {
            try {
                return super.getDecimalValue();
            } catch (NumberFormatException e) {
                return NO_MEASURE;
            }
        }
    }
}
