/** Stage 4: results of the content's CQL to the decision that is shown and kept. Start at {@link dev.therapyfit.hooks.decision.DecisionMaker}. */
@NullMarked
package dev.therapyfit.hooks.decision;

import org.jspecify.annotations.NullMarked;
