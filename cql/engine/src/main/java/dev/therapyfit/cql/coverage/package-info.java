/**
 * How much of the content's CQL its cases evaluate. Start at {@link dev.therapyfit.cql.coverage.Coverage}.
 */
@NullMarked
package dev.therapyfit.cql.coverage;

import org.jspecify.annotations.NullMarked;
