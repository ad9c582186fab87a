/** Who asked what, when, about whom, and what came of it. Start at {@link dev.therapyfit.journal.audit.AuditTrail}. */
@NullMarked
package dev.therapyfit.journal.audit;

import org.jspecify.annotations.NullMarked;
