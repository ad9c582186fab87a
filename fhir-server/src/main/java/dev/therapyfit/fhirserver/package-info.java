/**
 * The FHIR sandbox: a HAPI FHIR R4 server of its own process, on an H2 file or PostgreSQL, seeded with the synthetic
 * patients of the CQL cases. It knows nothing of CQL or CDS Hooks; the service reads it over HTTP like any EHR.
 *
 * <p>Start at {@link dev.therapyfit.fhirserver.FhirServerCommand}, which reads the command line and starts {@link
 * dev.therapyfit.fhirserver.FhirServer}.
 */
@NullMarked
package dev.therapyfit.fhirserver;

import org.jspecify.annotations.NullMarked;
