package dev.therapyfit.cql.elm;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import org.hl7.elm.r1.CalculateAge;
import org.hl7.elm.r1.CalculateAgeAt;
import org.hl7.elm.r1.Date;
import org.hl7.elm.r1.DateFrom;
import org.hl7.elm.r1.DateTime;
import org.hl7.elm.r1.DateTimeComponentFrom;
import org.hl7.elm.r1.DifferenceBetween;
import org.hl7.elm.r1.DurationBetween;
import org.hl7.elm.r1.Now;
import org.hl7.elm.r1.SameAs;
import org.hl7.elm.r1.SameOrAfter;
import org.hl7.elm.r1.SameOrBefore;
import org.hl7.elm.r1.Time;
import org.hl7.elm.r1.TimeFrom;
import org.hl7.elm.r1.TimeOfDay;
import org.hl7.elm.r1.TimezoneFrom;
import org.hl7.elm.r1.TimezoneOffsetFrom;
import org.hl7.elm.r1.Today;
import org.opencds.cqf.cql.engine.elm.executing.CalculateAgeAtEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.CalculateAgeEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.DateEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.DateFromEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.DateTimeComponentFromEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.DateTimeEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.DifferenceBetweenEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.DurationBetweenEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.NowEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.SameAsEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.SameOrAfterEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.SameOrBeforeEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.TimeEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.TimeFromEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.TimeOfDayEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.TimezoneFromEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.TimezoneOffsetFromEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.TodayEvaluator;
import org.opencds.cqf.cql.engine.runtime.Precision;
import org.opencds.cqf.cql.engine.runtime.TemporalHelper;

/** Date and time operators, by the calendar of the CQL engine. */
final class Dates {
    private Dates() {}

    static void addTo(Operations operations) {
        operations.add(
                CalculateAge.class,
                (elm, compiler) -> Operations.nary(
                        elm,
                        compiler,
                        (values, state) -> CalculateAgeEvaluator.internalEvaluate(
                                values[0], elm.getPrecision().value(), state),
                        List.of(elm.getOperand())));
        operations.binary(
                CalculateAgeAt.class,
                CalculateAgeAt::getPrecision,
                (birth, at, precision, state) -> CalculateAgeAtEvaluator.calculateAgeAt(birth, at, precision));
        operations.add(
                Date.class,
                (elm, compiler) -> Operations.nary(
                        elm,
                        compiler,
                        (values, state) -> DateEvaluator.internalEvaluate(
                                (Integer) values[0], (Integer) values[1], (Integer) values[2]),
                        Arrays.asList(elm.getYear(), elm.getMonth(), elm.getDay())));
        operations.unary(DateFrom.class, (value, state) -> DateFromEvaluator.dateFrom(value));
        operations.add(
                DateTime.class,
                (elm, compiler) -> Operations.nary(
                        elm,
                        compiler,
                        (values, state) -> DateTimeEvaluator.internalEvaluate(
                                (Integer) values[0],
                                (Integer) values[1],
                                (Integer) values[2],
                                (Integer) values[3],
                                (Integer) values[4],
                                (Integer) values[5],
                                (Integer) values[6],
                                elm.getTimezoneOffset() == null
                                        ? TemporalHelper.zoneToOffset(
                                                state.getEvaluationDateTime().getZoneOffset())
                                        : (BigDecimal) values[7]),
                        Arrays.asList(
                                elm.getYear(),
                                elm.getMonth(),
                                elm.getDay(),
                                elm.getHour(),
                                elm.getMinute(),
                                elm.getSecond(),
                                elm.getMillisecond(),
                                elm.getTimezoneOffset())));
        operations.add(DateTimeComponentFrom.class, (elm, compiler) -> {
            String precision = elm.getPrecision().value();
            return Operations.nary(
                    elm,
                    compiler,
                    (values, state) -> DateTimeComponentFromEvaluator.dateTimeComponentFrom(values[0], precision),
                    List.of(elm.getOperand()));
        });
        operations.add(DifferenceBetween.class, (elm, compiler) -> {
            Precision precision =
                    Precision.Companion.fromString(elm.getPrecision().value());
            return Operations.nary(
                    elm,
                    compiler,
                    (values, state) -> DifferenceBetweenEvaluator.difference(values[0], values[1], precision),
                    elm.getOperand());
        });
        operations.add(DurationBetween.class, (elm, compiler) -> {
            Precision precision =
                    Precision.Companion.fromString(elm.getPrecision().value());
            return Operations.nary(
                    elm,
                    compiler,
                    (values, state) -> DurationBetweenEvaluator.duration(values[0], values[1], precision),
                    elm.getOperand());
        });
        operations.add(
                Now.class,
                (elm, compiler) -> Operations.nary(
                        elm, compiler, (values, state) -> NowEvaluator.internalEvaluate(state), List.of()));
        operations.binary(SameAs.class, SameAs::getPrecision, SameAsEvaluator::sameAs);
        operations.binary(SameOrAfter.class, SameOrAfter::getPrecision, SameOrAfterEvaluator::sameOrAfter);
        operations.binary(SameOrBefore.class, SameOrBefore::getPrecision, SameOrBeforeEvaluator::sameOrBefore);
        operations.add(
                Time.class,
                (elm, compiler) -> Operations.nary(
                        elm,
                        compiler,
                        (values, state) -> values[0] == null
                                ? null
                                : TimeEvaluator.time(
                                        (Integer) values[0], (Integer) values[1], (Integer) values[2], (Integer)
                                                values[3]),
                        Arrays.asList(elm.getHour(), elm.getMinute(), elm.getSecond(), elm.getMillisecond())));
        operations.unary(TimeFrom.class, (value, state) -> TimeFromEvaluator.timeFrom(value));
        operations.add(
                TimeOfDay.class,
                (elm, compiler) -> Operations.nary(
                        elm, compiler, (values, state) -> TimeOfDayEvaluator.internalEvaluate(state), List.of()));
        operations.unary(TimezoneFrom.class, (value, state) -> TimezoneFromEvaluator.internalEvaluate(value));
        operations.unary(
                TimezoneOffsetFrom.class, (value, state) -> TimezoneOffsetFromEvaluator.timezoneOffsetFrom(value));
        operations.add(
                Today.class,
                (elm, compiler) ->
                        Operations.nary(elm, compiler, (values, state) -> TodayEvaluator.today(state), List.of()));
    }
}
