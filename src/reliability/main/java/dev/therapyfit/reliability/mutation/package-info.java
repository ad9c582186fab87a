/**
 * Hook bodies that no EHR would send: real ones, changed as JSON and as bytes. Start at {@link
 * dev.therapyfit.reliability.mutation.BodyMutator}.
 */
@NullMarked
package dev.therapyfit.reliability.mutation;

import org.jspecify.annotations.NullMarked;
