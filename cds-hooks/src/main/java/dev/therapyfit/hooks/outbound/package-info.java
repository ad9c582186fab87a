/** Every connection that the service opens goes through here. Start at {@link dev.therapyfit.hooks.outbound.OutboundHttp}. */
@NullMarked
package dev.therapyfit.hooks.outbound;

import org.jspecify.annotations.NullMarked;
