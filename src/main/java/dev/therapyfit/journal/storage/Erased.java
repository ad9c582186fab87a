package dev.therapyfit.journal.storage;

/**
 * How much was erased.
 *
 * @param patientData decisions whose link has ended, and which now hold nothing of the patient
 * @param decisions decisions with their cards and feedback
 * @param tokens used tokens that have expired
 * @param auditEntries audit entries
 */
public record Erased(int patientData, int decisions, int tokens, int auditEntries) {}
