/** The whole line in memory, over every case of the content, against what CDS Hooks demands of a service. Start at {@link dev.therapyfit.protocol.Line}. */
@NullMarked
package dev.therapyfit.protocol;

import org.jspecify.annotations.NullMarked;
