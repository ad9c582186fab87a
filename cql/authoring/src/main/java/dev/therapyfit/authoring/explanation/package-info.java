/** Why an expression has its value, for a reader. Start at {@link dev.therapyfit.authoring.explanation.Explanation}. */
@NullMarked
package dev.therapyfit.authoring.explanation;

import org.jspecify.annotations.NullMarked;
