/** The command line, one class a command. Start at {@link dev.therapyfit.command.Commands}. */
@NullMarked
package dev.therapyfit.command;

import org.jspecify.annotations.NullMarked;
