/** Two real services, a real database and a real load balancer. Start at {@code ReplicasIT}. */
@NullMarked
package dev.therapyfit.reliability.chaos;

import org.jspecify.annotations.NullMarked;
