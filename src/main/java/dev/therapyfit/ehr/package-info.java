/** Reads a client's FHIR server over HTTP. Start at {@link dev.therapyfit.ehr.RestFhirDataSource}, which reads; {@code ServerIsolation} keeps servers apart. */
@NullMarked
package dev.therapyfit.ehr;

import org.jspecify.annotations.NullMarked;
