package dev.therapyfit.cql.record;

import org.hl7.fhir.r4.model.Resource;

/**
 * One resource of the record.
 *
 * @param reference relative reference, for example {@code Observation/o1-kl}
 * @param resource the resource; never change it
 * @param origin how it came to be known
 */
public record Fact(String reference, Resource resource, Origin origin) {}
