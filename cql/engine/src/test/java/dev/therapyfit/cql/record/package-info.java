/** Start at {@link dev.therapyfit.cql.record.PatientRecordTest}. */
@NullMarked
package dev.therapyfit.cql.record;

import org.jspecify.annotations.NullMarked;
