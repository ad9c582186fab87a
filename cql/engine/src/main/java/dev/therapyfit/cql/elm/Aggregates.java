package dev.therapyfit.cql.elm;

import org.hl7.elm.r1.AllTrue;
import org.hl7.elm.r1.AnyTrue;
import org.hl7.elm.r1.Avg;
import org.hl7.elm.r1.Count;
import org.hl7.elm.r1.GeometricMean;
import org.hl7.elm.r1.Max;
import org.hl7.elm.r1.Median;
import org.hl7.elm.r1.Min;
import org.hl7.elm.r1.Mode;
import org.hl7.elm.r1.PopulationStdDev;
import org.hl7.elm.r1.PopulationVariance;
import org.hl7.elm.r1.Product;
import org.hl7.elm.r1.StdDev;
import org.hl7.elm.r1.Sum;
import org.hl7.elm.r1.Variance;
import org.opencds.cqf.cql.engine.elm.executing.AllTrueEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.AnyTrueEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.AvgEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.CountEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.GeometricMeanEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.MaxEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.MedianEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.MinEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.ModeEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.PopulationStdDevEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.PopulationVarianceEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.ProductEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.StdDevEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.SumEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.VarianceEvaluator;

/** Aggregate operators. */
final class Aggregates {
    private Aggregates() {}

    static void addTo(Operations operations) {
        operations.aggregate(AllTrue.class, (list, state) -> AllTrueEvaluator.allTrue(list));
        operations.aggregate(AnyTrue.class, (list, state) -> AnyTrueEvaluator.anyTrue(list));
        operations.aggregate(Avg.class, AvgEvaluator::avg);
        operations.aggregate(Count.class, (list, state) -> CountEvaluator.count(list));
        operations.aggregate(
                GeometricMean.class,
                (list, state) -> GeometricMeanEvaluator.INSTANCE.geometricMean((Iterable<?>) list, state));
        operations.aggregate(Max.class, MaxEvaluator::max);
        operations.aggregate(Median.class, MedianEvaluator::median);
        operations.aggregate(Min.class, MinEvaluator::min);
        operations.aggregate(Mode.class, (list, state) -> Row.ofEngine(ModeEvaluator.mode(Row.forEngine(list), state)));
        operations.aggregate(PopulationStdDev.class, PopulationStdDevEvaluator::popStdDev);
        operations.aggregate(
                PopulationVariance.class,
                (list, state) -> PopulationVarianceEvaluator.popVariance(list, state, false, "PopulationVariance"));
        operations.aggregate(Product.class, ProductEvaluator::product);
        operations.aggregate(StdDev.class, StdDevEvaluator::stdDev);
        operations.aggregate(Sum.class, SumEvaluator::sum);
        operations.aggregate(
                Variance.class, (list, state) -> VarianceEvaluator.variance(list, state, false, "Variance"));
    }
}
