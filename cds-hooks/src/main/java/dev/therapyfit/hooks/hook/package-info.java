/** Stage 1: bytes to a typed request. Start at {@link dev.therapyfit.hooks.hook.HookRequestDecoder}. */
@NullMarked
package dev.therapyfit.hooks.hook;

import org.jspecify.annotations.NullMarked;
