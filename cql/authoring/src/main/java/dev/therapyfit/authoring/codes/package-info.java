/**
 * How well the codes that the content relies on are verified. Start at {@link dev.therapyfit.authoring.codes.Codes}.
 */
@NullMarked
package dev.therapyfit.authoring.codes;

import org.jspecify.annotations.NullMarked;
