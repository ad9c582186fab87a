/** Tests of the synthetic patients. Start at {@link dev.therapyfit.fhirserver.seed.SeedPatientsTest}. */
@NullMarked
package dev.therapyfit.fhirserver.seed;

import org.jspecify.annotations.NullMarked;
