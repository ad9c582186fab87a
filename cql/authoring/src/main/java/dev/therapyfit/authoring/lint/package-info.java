/**
 * What compiles and is probably not meant. Start at {@link dev.therapyfit.authoring.lint.Lint}.
 */
@NullMarked
package dev.therapyfit.authoring.lint;

import org.jspecify.annotations.NullMarked;
