/**
 * The sandbox's patients: which cases are chosen, how their dates are moved to the present, and how they are written
 * once. Start at {@link dev.therapyfit.fhirserver.seed.Seeder}.
 */
@NullMarked
package dev.therapyfit.fhirserver.seed;

import org.jspecify.annotations.NullMarked;
