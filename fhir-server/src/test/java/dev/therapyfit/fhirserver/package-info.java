/** Tests of the sandbox as a whole. Start at {@link dev.therapyfit.fhirserver.FhirServerTest}. */
@NullMarked
package dev.therapyfit.fhirserver;

import org.jspecify.annotations.NullMarked;
