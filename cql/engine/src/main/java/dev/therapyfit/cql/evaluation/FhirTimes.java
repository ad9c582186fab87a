package dev.therapyfit.cql.evaluation;

import dev.therapyfit.cql.fhir.Primitive;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.opencds.cqf.cql.engine.runtime.BaseTemporal;
import org.opencds.cqf.cql.engine.runtime.Date;
import org.opencds.cqf.cql.engine.runtime.DateTime;
import org.opencds.cqf.cql.engine.runtime.Precision;
import org.opencds.cqf.cql.engine.runtime.Time;

/** FHIR's dates and times as CQL has them, with the precision that was written. */
final class FhirTimes {
    private static final int YEAR = "2026".length();
    private static final int MONTH = "2026-06".length();
    private static final int DAY = "2026-06-15".length();
    private static final String LEAP_SECOND = ":60";
    private static final String SECOND_BEFORE = ":59";
    private static final Pattern FRACTION = Pattern.compile("([.]\\d{1,3})\\d*");

    /** The last second that CQL knows. */
    private static final LocalDateTime END = LocalDateTime.of(9999, 12, 31, 23, 59, 59);

    private static final DateTimeFormatter MOMENT = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssXXX");
    private static final DateTimeFormatter MOMENT_TO_THE_MILLISECOND =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSXXX");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");
    private static final DateTimeFormatter TIME_TO_THE_MILLISECOND = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");

    private FhirTimes() {}

    /** The value of a primitive of a type that has dates or times; null for one of another type. */
    static @Nullable Object of(Primitive primitive) {
        Object known = primitive.converted();
        if (known != null) {
            return known;
        }
        String text = String.valueOf(primitive.value());
        return switch (primitive.type().name()) {
            case "date" -> primitive.convert(new Date(day(text), precision(text)));
            case "dateTime", "instant" -> primitive.convert(moment(text));
            case "time" -> primitive.convert(new Time(readable(text)));
            default -> null;
        };
    }

    /** A value of CQL as {@link Primitive#value()} has it: FHIR has seconds and a zone wherever it has an hour. */
    static Object plain(Object value) {
        if (value instanceof DateTime moment && isOfADay(moment.getPrecision())) {
            return (moment.getPrecision() == Precision.MILLISECOND ? MOMENT_TO_THE_MILLISECOND : MOMENT)
                    .format(moment.getDateTime());
        }
        if (value instanceof Time time) {
            return (time.getPrecision() == Precision.MILLISECOND ? TIME_TO_THE_MILLISECOND : TIME)
                    .format(time.getTime());
        }
        return value instanceof BaseTemporal ? value.toString() : value;
    }

    /** True for hours and whatever is shorter. */
    static boolean isOfADay(@Nullable Precision precision) {
        return precision != null && precision.toDateTimeIndex() > Precision.DAY.toDateTimeIndex();
    }

    private static DateTime moment(String text) {
        if (text.length() <= DAY) {
            return new DateTime(day(text).atStartOfDay().atOffset(ZoneOffset.UTC), precision(text));
        }
        OffsetDateTime moment = OffsetDateTime.parse(readable(text));
        boolean isBeforeTheEnd = moment.isBefore(END.atOffset(moment.getOffset()));
        return new DateTime(
                moment.plusSeconds(isLeapSecond(text) && isBeforeTheEnd ? 1 : 0),
                text.indexOf('.') > 0 ? Precision.MILLISECOND : Precision.SECOND);
    }

    /** With the second before a leap second, which Java does not know, and no more than milliseconds, as CQL has them. */
    private static String readable(String text) {
        String known = isLeapSecond(text) ? text.replace(LEAP_SECOND, SECOND_BEFORE) : text;
        return FRACTION.matcher(known).replaceFirst("$1");
    }

    private static boolean isLeapSecond(String text) {
        int seconds = text.indexOf(LEAP_SECOND);
        return seconds > 0 && text.indexOf(':') < seconds; // the second colon of the time, not that of the offset
    }

    /** The day of a date, which may have a time behind it; the first day of a month or a year. */
    private static LocalDate day(String text) {
        return LocalDate.of(
                Integer.parseInt(text.substring(0, YEAR)),
                text.length() < MONTH ? 1 : Integer.parseInt(text.substring(YEAR + 1, MONTH)),
                text.length() < DAY ? 1 : Integer.parseInt(text.substring(MONTH + 1, DAY)));
    }

    private static Precision precision(String text) {
        return text.length() < MONTH ? Precision.YEAR : text.length() < DAY ? Precision.MONTH : Precision.DAY;
    }
}
