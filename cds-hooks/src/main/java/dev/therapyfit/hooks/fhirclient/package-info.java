/** Reads a client's FHIR server over HTTP. Start at {@link dev.therapyfit.hooks.fhirclient.RestFhirDataSource}, which reads; {@code ServerIsolation} keeps servers apart. */
@NullMarked
package dev.therapyfit.hooks.fhirclient;

import org.jspecify.annotations.NullMarked;
