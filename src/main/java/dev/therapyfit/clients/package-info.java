/** Who may call. Start at {@link dev.therapyfit.clients.ClientVerifier}. */
@NullMarked
package dev.therapyfit.clients;

import org.jspecify.annotations.NullMarked;
