/** Who asked what, when, about whom, and what came of it. Start at {@link dev.therapyfit.hooks.audit.AuditTrail}. */
@NullMarked
package dev.therapyfit.hooks.audit;

import org.jspecify.annotations.NullMarked;
