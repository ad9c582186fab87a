package dev.therapyfit.cql.fhir;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/** Which JSON values are values of FHIR's primitive types. */
final class Primitives {
    private static final Set<String> WHOLE = Set.of("integer", "positiveInt", "unsignedInt");

    /** Types whose form says something that a rule could read; others are any text. */
    private static final Map<String, String> EXPECTED = Map.of(
            "boolean", "true or false",
            "integer", "a whole number",
            "positiveInt", "a whole number above 0",
            "unsignedInt", "a whole number from 0",
            "decimal", "a number",
            "date", "a date such as 2026-06-15",
            "dateTime", "a date, or a date and a time with seconds and a time zone",
            "instant", "a date and a time with seconds and a time zone",
            "time", "a time such as 09:00:00",
            "code", "a code");

    private static final Pattern DATE = Pattern.compile("(\\d{4})(?:-(\\d{2})(?:-(\\d{2}))?)?");
    private static final Pattern MOMENT =
            Pattern.compile("(\\d{4})-(\\d{2})-(\\d{2})T([\\d:.]+)(?:Z|[+-](?:(?:0\\d|1[0-3]):[0-5]\\d|14:00))");

    /** A leap second is a time, which in other zones stands at other minutes. */
    private static final Pattern TIME = Pattern.compile("(?:[01]\\d|2[0-3]):[0-5]\\d:(?:[0-5]\\d|60)(?:\\.\\d+)?");

    private static final int LONGEST_MOMENT = 40;

    private Primitives() {}

    /** True for types whose values JSON has as texts, dates among them. */
    static boolean isText(String type) {
        return !type.equals("boolean") && !type.equals("decimal") && !WHOLE.contains(type);
    }

    /** What the type expects, in words. */
    static String expected(String type) {
        return EXPECTED.getOrDefault(type, "a text");
    }

    /** The value as {@link Primitive#value()} has it; null if it is none of that type. */
    static @Nullable Object value(String type, Tokens tokens) {
        return switch (type) {
            case "boolean" -> flag(tokens.token());
            case "decimal" -> tokens.isNumber() ? tokens.decimal() : null;
            case "integer" -> whole(Integer.MIN_VALUE, tokens);
            case "positiveInt" -> whole(1, tokens);
            case "unsignedInt" -> whole(0, tokens);
            default -> tokens.isString() ? text(type, tokens.string()) : null;
        };
    }

    private static @Nullable Boolean flag(@Nullable JsonToken token) {
        if (token == null || !token.isBoolean()) {
            return null;
        }
        return token == JsonToken.VALUE_TRUE;
    }

    private static @Nullable Integer whole(int least, Tokens tokens) {
        Long number = tokens.whole();
        return number != null && number >= least && number <= Integer.MAX_VALUE ? number.intValue() : null;
    }

    private static @Nullable String text(String type, String text) {
        boolean isOfType =
                switch (type) {
                    case "date", "dateTime" -> isDate(text) || isMoment(text);
                    case "instant" -> isMoment(text);
                    case "time" -> isTime(text);
                    case "code" -> !text.isBlank();
                    default -> !text.isEmpty();
                };
        if (!isOfType) {
            return null;
        }
        return type.equals("code") ? text.strip() : text;
    }

    private static boolean isDate(String text) {
        Matcher parts = DATE.matcher(text);
        return text.length() <= LONGEST_MOMENT
                && parts.matches()
                && isDay(parts.group(1), parts.group(2), parts.group(3));
    }

    private static boolean isMoment(String text) {
        Matcher parts = text.length() <= LONGEST_MOMENT ? MOMENT.matcher(text) : MOMENT.matcher("");
        return parts.matches() && isDay(parts.group(1), parts.group(2), parts.group(3)) && isTime(parts.group(4));
    }

    private static boolean isDay(String year, String month, String day) {
        try {
            return LocalDate.of(
                                    Integer.parseInt(year),
                                    month == null ? 1 : Integer.parseInt(month),
                                    day == null ? 1 : Integer.parseInt(day))
                            .getYear()
                    > 0;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static boolean isTime(String text) {
        return text.length() <= LONGEST_MOMENT && TIME.matcher(text).matches();
    }
}
