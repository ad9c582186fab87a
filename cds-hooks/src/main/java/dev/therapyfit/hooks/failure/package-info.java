/** What can go wrong with a hook call, as types that know nothing of HTTP. Start at {@link dev.therapyfit.hooks.failure.CdsFailure}. */
@NullMarked
package dev.therapyfit.hooks.failure;

import org.jspecify.annotations.NullMarked;
