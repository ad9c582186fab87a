/** Tests of the commands inside this process; {@code dev.therapyfit.executable} runs the jar itself. */
@NullMarked
package dev.therapyfit.cli;

import org.jspecify.annotations.NullMarked;
