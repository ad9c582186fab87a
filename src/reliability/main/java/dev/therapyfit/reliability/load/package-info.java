/** Calls at a rate, each answer compared with the expected one. Start at {@link dev.therapyfit.reliability.load.Load}. */
@NullMarked
package dev.therapyfit.reliability.load;

import org.jspecify.annotations.NullMarked;
