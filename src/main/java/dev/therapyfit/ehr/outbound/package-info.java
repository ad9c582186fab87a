/** Every connection that the service opens goes through here. Start at {@link dev.therapyfit.ehr.outbound.OutboundHttp}. */
@NullMarked
package dev.therapyfit.ehr.outbound;

import org.jspecify.annotations.NullMarked;
