/**
 * How much of the content's CQL its cases evaluate. Start at {@link dev.therapyfit.authoring.coverage.Coverage}.
 */
@NullMarked
package dev.therapyfit.authoring.coverage;

import org.jspecify.annotations.NullMarked;
