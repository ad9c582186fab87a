/** Tests that see the whole: architecture, commands, end to end. */
@NullMarked
package dev.therapyfit;

import org.jspecify.annotations.NullMarked;
