/** The command line, one class a command. Start at {@link dev.therapyfit.cli.Commands}. */
@NullMarked
package dev.therapyfit.cli;

import org.jspecify.annotations.NullMarked;
