/**
 * From JSON to FHIR R4 resources: what R4 does not have is found and named, never dropped. Start at {@link
 * dev.therapyfit.cql.reading.ResourceReader}.
 */
@NullMarked
package dev.therapyfit.cql.reading;

import org.jspecify.annotations.NullMarked;
