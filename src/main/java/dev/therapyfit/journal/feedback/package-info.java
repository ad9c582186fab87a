/** What users did with cards (CDS Hooks, "Feedback"). Start at {@link dev.therapyfit.journal.feedback.FeedbackReceiver}. */
@NullMarked
package dev.therapyfit.journal.feedback;

import org.jspecify.annotations.NullMarked;
