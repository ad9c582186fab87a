/** Stage 1: bytes to a typed request. Start at {@link dev.therapyfit.hooks.request.HookRequestDecoder}. */
@NullMarked
package dev.therapyfit.hooks.request;

import org.jspecify.annotations.NullMarked;
