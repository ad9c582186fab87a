/** Reads a client's FHIR server over HTTP. Start at {@link dev.therapyfit.hooks.fhirclient.RestFhirDataSource}. */
@NullMarked
package dev.therapyfit.hooks.fhirclient;

import org.jspecify.annotations.NullMarked;
