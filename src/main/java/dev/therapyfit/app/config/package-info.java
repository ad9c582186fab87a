/** Settings and wiring. Start at {@link dev.therapyfit.app.config.CdsHooksConfiguration}. */
@NullMarked
package dev.therapyfit.app.config;

import org.jspecify.annotations.NullMarked;
