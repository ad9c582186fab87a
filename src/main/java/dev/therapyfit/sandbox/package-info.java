/** The HAPI FHIR server as a process of its own. Start at {@link dev.therapyfit.sandbox.FhirServerProcess}. */
@NullMarked
package dev.therapyfit.sandbox;

import org.jspecify.annotations.NullMarked;
