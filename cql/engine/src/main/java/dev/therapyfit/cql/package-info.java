/**
 * The CQL side of Therapy Fit: it loads content, compiles CQL, indexes one patient's record and evaluates. It knows
 * no clinical content, no HTTP and no Spring.
 *
 * <p>Start at {@link dev.therapyfit.cql.evaluation.CqlEvaluator}: it takes a {@link
 * dev.therapyfit.cql.content.Content} and a {@link dev.therapyfit.cql.record.PatientRecord} and gives {@link
 * dev.therapyfit.cql.evaluation.ExpressionResults}.
 */
@NullMarked
package dev.therapyfit.cql;

import org.jspecify.annotations.NullMarked;
