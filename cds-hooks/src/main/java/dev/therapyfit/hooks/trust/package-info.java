/** Who may call. Start at {@link dev.therapyfit.hooks.trust.Client}. */
@NullMarked
package dev.therapyfit.hooks.trust;

import org.jspecify.annotations.NullMarked;
