package dev.therapyfit.cql.elm;

import java.util.Arrays;
import org.hl7.elm.r1.After;
import org.hl7.elm.r1.Before;
import org.hl7.elm.r1.Collapse;
import org.hl7.elm.r1.End;
import org.hl7.elm.r1.Ends;
import org.hl7.elm.r1.Expand;
import org.hl7.elm.r1.Meets;
import org.hl7.elm.r1.MeetsAfter;
import org.hl7.elm.r1.MeetsBefore;
import org.hl7.elm.r1.Overlaps;
import org.hl7.elm.r1.OverlapsAfter;
import org.hl7.elm.r1.OverlapsBefore;
import org.hl7.elm.r1.PointFrom;
import org.hl7.elm.r1.Size;
import org.hl7.elm.r1.Start;
import org.hl7.elm.r1.Starts;
import org.hl7.elm.r1.Width;
import org.jspecify.annotations.Nullable;
import org.opencds.cqf.cql.engine.elm.executing.AfterEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.BeforeEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.CollapseEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.EndEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.EndsEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.ExpandEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.MeetsAfterEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.MeetsBeforeEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.MeetsEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.OverlapsAfterEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.OverlapsBeforeEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.OverlapsEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.PointFromEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.SizeEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.StartEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.StartsEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.WidthEvaluator;
import org.opencds.cqf.cql.engine.runtime.Interval;
import org.opencds.cqf.cql.engine.runtime.Quantity;

/** Interval operators; those that lists have too stand in {@link Lists}. */
final class Intervals {
    private Intervals() {}

    static void addTo(Operations operations) {
        operations.add(
                org.hl7.elm.r1.Interval.class,
                (elm, compiler) -> Operations.nary(
                        elm,
                        compiler,
                        (values, state) -> values[0] == null && values[2] == null
                                ? null
                                : new Interval(
                                        values[0],
                                        isClosed(values[1], elm.isLowClosed()),
                                        values[2],
                                        isClosed(values[3], elm.isHighClosed()),
                                        state),
                        Arrays.asList(
                                elm.getLow(),
                                elm.getLowClosedExpression(),
                                elm.getHigh(),
                                elm.getHighClosedExpression())));
        operations.binary(After.class, After::getPrecision, AfterEvaluator::after);
        operations.binary(Before.class, Before::getPrecision, BeforeEvaluator::before);
        operations.binary(
                Collapse.class,
                (list, per, state) -> CollapseEvaluator.INSTANCE.collapse(intervals(list), (Quantity) per, state));
        operations.unary(End.class, (value, state) -> EndEvaluator.end(value));
        operations.binary(Ends.class, Ends::getPrecision, EndsEvaluator::ends);
        operations.binary(Expand.class, (value, per, state) -> ExpandEvaluator.expand(value, (Quantity) per, state));
        operations.binary(Meets.class, Meets::getPrecision, MeetsEvaluator::meets);
        operations.binary(MeetsAfter.class, MeetsAfter::getPrecision, MeetsAfterEvaluator::meetsAfter);
        operations.binary(MeetsBefore.class, MeetsBefore::getPrecision, MeetsBeforeEvaluator::meetsBefore);
        operations.binary(Overlaps.class, Overlaps::getPrecision, OverlapsEvaluator::overlaps);
        operations.binary(OverlapsAfter.class, OverlapsAfter::getPrecision, OverlapsAfterEvaluator::overlapsAfter);
        operations.binary(OverlapsBefore.class, OverlapsBefore::getPrecision, OverlapsBeforeEvaluator::overlapsBefore);
        operations.unary(PointFrom.class, PointFromEvaluator::pointFrom);
        operations.unary(Size.class, SizeEvaluator::size);
        operations.unary(Start.class, (value, state) -> StartEvaluator.start(value));
        operations.binary(Starts.class, Starts::getPrecision, StartsEvaluator::starts);
        operations.unary(Width.class, WidthEvaluator::width);
    }

    /** Whether an end of an interval belongs to it: what is computed, else what is written, else yes. */
    private static boolean isClosed(@Nullable Object computed, @Nullable Boolean written) {
        return computed == null ? !Boolean.FALSE.equals(written) : (Boolean) computed;
    }

    @SuppressWarnings("unchecked") // the translator allows no list of anything else
    private static @Nullable Iterable<Interval> intervals(@Nullable Object list) {
        return (Iterable<Interval>) list;
    }
}
