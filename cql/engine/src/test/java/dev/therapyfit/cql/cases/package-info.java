/** Tests of the content by its own cases. Start at {@link dev.therapyfit.cql.cases.ContentCasesTest}. */
@NullMarked
package dev.therapyfit.cql.cases;

import org.jspecify.annotations.NullMarked;
