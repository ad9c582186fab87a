/**
 * What happens when a part dies, freezes or fills up while calls go on. Start at {@link
 * dev.therapyfit.reliability.chaos.ChaosCommand}.
 */
@NullMarked
package dev.therapyfit.reliability.chaos;

import org.jspecify.annotations.NullMarked;
