/**
 * Compilation of the content's CQL and its evaluation over a patient record. Start at {@link
 * dev.therapyfit.cql.evaluation.CqlEvaluator}; everything that belongs to the CQL engine stays inside this package.
 */
@NullMarked
package dev.therapyfit.cql.evaluation;

import org.jspecify.annotations.NullMarked;
