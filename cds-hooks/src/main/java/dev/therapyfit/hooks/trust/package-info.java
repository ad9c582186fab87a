/** Who may call. Start at {@link dev.therapyfit.hooks.trust.ClientVerifier}. */
@NullMarked
package dev.therapyfit.hooks.trust;

import org.jspecify.annotations.NullMarked;
