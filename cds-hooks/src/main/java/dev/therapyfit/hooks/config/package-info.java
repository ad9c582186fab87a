/** Settings and wiring. Start at {@link dev.therapyfit.hooks.config.CdsHooksConfiguration}. */
@NullMarked
package dev.therapyfit.hooks.config;

import org.jspecify.annotations.NullMarked;
