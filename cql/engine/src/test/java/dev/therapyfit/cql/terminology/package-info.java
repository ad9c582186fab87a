/** Start at {@link dev.therapyfit.cql.terminology.TerminologyTest}. */
@NullMarked
package dev.therapyfit.cql.terminology;

import org.jspecify.annotations.NullMarked;
