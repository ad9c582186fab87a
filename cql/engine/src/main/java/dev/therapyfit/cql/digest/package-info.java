/** Digests of what was given. Start at {@link dev.therapyfit.cql.digest.Sha256}. */
@NullMarked
package dev.therapyfit.cql.digest;

import org.jspecify.annotations.NullMarked;
