/** Mutated hook bodies over HTTP. Start at {@link dev.therapyfit.reliability.mutate.MutateCommand}. */
@NullMarked
package dev.therapyfit.reliability.mutate;

import org.jspecify.annotations.NullMarked;
