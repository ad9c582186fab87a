/**
 * How fast the service and its engine are, as ratios of things that are measured in one run. Start at {@link
 * dev.therapyfit.benchmarks.Benchmarks}.
 */
@NullMarked
package dev.therapyfit.benchmarks;

import org.jspecify.annotations.NullMarked;
