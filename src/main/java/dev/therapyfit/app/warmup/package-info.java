/** Calls of the service's own before the first client calls. Start at {@link dev.therapyfit.app.warmup.WarmUp}. */
@NullMarked
package dev.therapyfit.app.warmup;

import org.jspecify.annotations.NullMarked;
