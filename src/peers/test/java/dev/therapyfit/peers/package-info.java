/** The cross-check of every case. Start at {@link dev.therapyfit.peers.CrossEngineTest}. */
@NullMarked
package dev.therapyfit.peers;

import org.jspecify.annotations.NullMarked;
