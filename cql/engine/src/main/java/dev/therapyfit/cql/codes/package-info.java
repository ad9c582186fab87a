/**
 * How well the codes that the content relies on are verified. Start at {@link dev.therapyfit.cql.codes.Codes}.
 */
@NullMarked
package dev.therapyfit.cql.codes;

import org.jspecify.annotations.NullMarked;
