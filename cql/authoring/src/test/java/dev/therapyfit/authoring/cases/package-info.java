/** Tests of the content by its own cases. Start at {@link dev.therapyfit.authoring.cases.ContentCasesTest}. */
@NullMarked
package dev.therapyfit.authoring.cases;

import org.jspecify.annotations.NullMarked;
