/**
 * Compilation of the content's CQL and its evaluation over a patient record. Start at {@link
 * dev.therapyfit.cql.evaluation.CqlEvaluator}; what evaluates is in {@code
 * dev.therapyfit.cql.elm}.
 */
@NullMarked
package dev.therapyfit.cql.evaluation;

import org.jspecify.annotations.NullMarked;
