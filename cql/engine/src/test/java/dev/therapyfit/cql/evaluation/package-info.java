/** Start at {@link dev.therapyfit.cql.evaluation.CqlEvaluatorTest}. */
@NullMarked
package dev.therapyfit.cql.evaluation;

import org.jspecify.annotations.NullMarked;
