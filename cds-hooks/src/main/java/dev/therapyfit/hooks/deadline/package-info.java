/** How long a call may take. Start at {@link dev.therapyfit.hooks.deadline.Deadline}. */
@NullMarked
package dev.therapyfit.hooks.deadline;

import org.jspecify.annotations.NullMarked;
