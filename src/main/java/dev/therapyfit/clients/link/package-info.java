/** The right to see a decision, carried by the link on a card. Start at {@link dev.therapyfit.clients.link.DecisionLinks}. */
@NullMarked
package dev.therapyfit.clients.link;

import org.jspecify.annotations.NullMarked;
