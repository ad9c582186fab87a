/**
 * Mutation testing: would the test cases notice a small fault in the CQL? Start at {@link
 * dev.therapyfit.authoring.mutation.MutationTest}.
 */
@NullMarked
package dev.therapyfit.authoring.mutation;

import org.jspecify.annotations.NullMarked;
