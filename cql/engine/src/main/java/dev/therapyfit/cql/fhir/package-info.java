/**
 * FHIR R4 resources as they are read: each element with its type, and nothing that no rule needs. Start at {@link
 * dev.therapyfit.cql.fhir.Element}.
 */
@NullMarked
package dev.therapyfit.cql.fhir;

import org.jspecify.annotations.NullMarked;
