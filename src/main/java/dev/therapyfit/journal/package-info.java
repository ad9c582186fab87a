/** Answers are kept before they are given. Start at {@link dev.therapyfit.journal.AnswerStore}. */
@NullMarked
package dev.therapyfit.journal;

import org.jspecify.annotations.NullMarked;
