package dev.therapyfit.cql.reading;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

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
    private static final Pattern MOMENT = Pattern.compile(
            "(\\d{4})-(\\d{2})-(\\d{2})T(\\d{2}):(\\d{2}):(\\d{2})(?:\\.\\d{1,9})?(?:Z|[+-](\\d{2}):(\\d{2}))");
    private static final Pattern TIME = Pattern.compile("(\\d{2}):(\\d{2}):(\\d{2})(?:\\.\\d{1,9})?");
    private static final int LONGEST_MOMENT = 40;
    private static final int MOST_HOURS_OFF = 14;

    private Primitives() {}

    /** What was expected instead; empty if the value is one of that type. */
    static Optional<String> fault(String type, JsonNode value) {
        return isOf(type, value) ? Optional.empty() : Optional.of(EXPECTED.getOrDefault(type, "a text"));
    }

    private static boolean isOf(String type, JsonNode value) {
        if (type.equals("boolean")) {
            return value.isBoolean();
        }
        if (type.equals("decimal")) {
            return value.isNumber();
        }
        if (WHOLE.contains(type)) {
            return value.isNumber()
                    && value.canConvertToExactIntegral()
                    && value.canConvertToInt()
                    && value.intValue()
                            >= (type.equals("integer") ? Integer.MIN_VALUE : type.equals("positiveInt") ? 1 : 0);
        }
        if (!value.isString()) {
            return false;
        }
        String text = value.stringValue();
        return switch (type) {
            case "date" -> isDate(text) || isMoment(text);
            case "dateTime" -> isDate(text) || isMoment(text);
            case "instant" -> isMoment(text);
            case "time" -> isTime(text);
            case "code" -> !text.isBlank();
            default -> true;
        };
    }

    private static boolean isDate(String text) {
        Matcher parts = DATE.matcher(text);
        return text.length() <= LONGEST_MOMENT
                && parts.matches()
                && isDay(parts.group(1), parts.group(2), parts.group(3));
    }

    private static boolean isMoment(String text) {
        Matcher parts = text.length() <= LONGEST_MOMENT ? MOMENT.matcher(text) : MOMENT.matcher("");
        return parts.matches()
                && isDay(parts.group(1), parts.group(2), parts.group(3))
                && isTime(text.substring("2026-06-15T".length(), "2026-06-15T09:00:00".length()))
                && (parts.group(7) == null || Integer.parseInt(parts.group(7)) <= MOST_HOURS_OFF);
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
        if (text.length() > LONGEST_MOMENT || !TIME.matcher(text).matches()) {
            return false;
        }
        try {
            return LocalTime.parse(text) != null;
        } catch (DateTimeException e) {
            // a leap second is a time
            return text.startsWith("23:59:60");
        }
    }
}
