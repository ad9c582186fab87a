/**
 * Coverage-guided fuzzing of the service's parts with Jazzer. Start at {@link
 * dev.therapyfit.reliability.fuzz.FuzzCommand}; each class named {@code …Fuzz} is a target, which an ordinary test can
 * call too.
 */
@NullMarked
package dev.therapyfit.reliability.fuzz;

import org.jspecify.annotations.NullMarked;
