package dev.therapyfit.cql.elm;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;
import org.opencds.cqf.cql.engine.elm.executing.ToDateEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.ToDateTimeEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.ToStringEvaluator;
import org.opencds.cqf.cql.engine.execution.State;
import org.opencds.cqf.cql.engine.runtime.Date;
import org.opencds.cqf.cql.engine.runtime.DateTime;
import org.opencds.cqf.cql.engine.runtime.Precision;

/** Conversions between texts and days, which the CQL engine makes by patterns and formats. */
final class Texts {
    private static final int DAY_LENGTH = "2026-06-15".length();

    private Texts() {}

    static @Nullable Object toText(@Nullable Object value) {
        return value instanceof Date date && date.getPrecision() == Precision.DAY
                ? String.valueOf(date.getDate())
                : ToStringEvaluator.toString(Row.forEngine(value));
    }

    static @Nullable Object toDate(@Nullable Object value) {
        if (value instanceof String text && text.length() == DAY_LENGTH) {
            try {
                return new Date(LocalDate.parse(text), Precision.DAY);
            } catch (DateTimeException e) {
                return ToDateEvaluator.toDate(value);
            }
        }
        return ToDateEvaluator.toDate(value);
    }

    static @Nullable Object toDateTime(@Nullable Object value, State state) {
        if (value instanceof Date date && date.getDate() != null && date.getPrecision() != null) {
            return new DateTime(
                    OffsetDateTime.of(
                            date.getDate(),
                            LocalTime.MIDNIGHT,
                            state.getEvaluationZonedDateTime().getOffset()),
                    date.getPrecision());
        }
        return ToDateTimeEvaluator.toDateTime(value, state);
    }
}
