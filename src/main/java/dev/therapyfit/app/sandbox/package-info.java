/** The HAPI FHIR server as a process of its own. Start at {@link dev.therapyfit.app.sandbox.FhirServerProcess}. */
@NullMarked
package dev.therapyfit.app.sandbox;

import org.jspecify.annotations.NullMarked;
