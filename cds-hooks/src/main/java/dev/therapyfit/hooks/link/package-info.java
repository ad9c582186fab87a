/** The right to see a decision, carried by the link on a card. Start at {@link dev.therapyfit.hooks.link.DecisionLinks}. */
@NullMarked
package dev.therapyfit.hooks.link;

import org.jspecify.annotations.NullMarked;
