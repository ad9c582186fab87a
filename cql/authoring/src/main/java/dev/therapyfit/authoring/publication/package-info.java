/**
 * The content as FHIR resources, for FHIR servers and for FHIR's package registries. Start at {@link
 * dev.therapyfit.authoring.publication.Publication}.
 */
@NullMarked
package dev.therapyfit.authoring.publication;

import org.jspecify.annotations.NullMarked;
