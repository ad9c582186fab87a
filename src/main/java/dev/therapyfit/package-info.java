/** The executable. Start at {@link dev.therapyfit.TherapyFit}, whose subcommands lie in {@code command}. */
@NullMarked
package dev.therapyfit;

import org.jspecify.annotations.NullMarked;
