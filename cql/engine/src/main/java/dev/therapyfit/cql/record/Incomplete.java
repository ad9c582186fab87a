package dev.therapyfit.cql.record;

/**
 * A resource type of which this patient's data could not be read, or not to the end. What it holds is not known.
 *
 * @param type FHIR resource type
 * @param reason why, in a few words without data of the patient, for example {@code refused with status 403}
 */
public record Incomplete(String type, String reason) {}
