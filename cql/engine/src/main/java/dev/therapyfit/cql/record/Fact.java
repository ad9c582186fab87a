package dev.therapyfit.cql.record;

import dev.therapyfit.cql.fhir.Resource;

/**
 * One resource of the record.
 *
 * @param reference relative reference, for example {@code Observation/o1-kl}
 * @param resource the resource
 * @param origin how it came to be known
 */
public record Fact(String reference, Resource resource, Origin origin) {}
