/** Stage 5: a decision to cards, as the content's plan definitions say. Start at {@link dev.therapyfit.hooks.card.CardComposer}. */
@NullMarked
package dev.therapyfit.hooks.card;

import org.jspecify.annotations.NullMarked;
