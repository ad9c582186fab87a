/** What users did with cards (CDS Hooks, "Feedback"). Start at {@link dev.therapyfit.hooks.feedback.FeedbackReceiver}. */
@NullMarked
package dev.therapyfit.hooks.feedback;

import org.jspecify.annotations.NullMarked;
