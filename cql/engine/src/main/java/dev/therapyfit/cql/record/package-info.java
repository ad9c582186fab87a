/**
 * What is known of one patient, as FHIR R4 resources indexed once by type and code, each with its origin. Start at
 * {@link dev.therapyfit.cql.record.PatientRecord}.
 */
@NullMarked
package dev.therapyfit.cql.record;

import org.jspecify.annotations.NullMarked;
