package dev.therapyfit.cql.record;

/**
 * A resource that was given but does not belong to this record.
 *
 * @param reference relative reference
 * @param reason {@code other-patient} or {@code draft-outside-context}
 */
public record Excluded(String reference, String reason) {}
