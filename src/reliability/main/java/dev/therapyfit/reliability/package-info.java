/**
 * Load, failures and hostile input against the running service; every answer is compared with the expected one. Start at
 * {@link dev.therapyfit.reliability.Reliability}; src/docs/reliability.md tells what was measured.
 */
@NullMarked
package dev.therapyfit.reliability;

import org.jspecify.annotations.NullMarked;
