/** This service as an app that an EHR launches, and what it may write there. Start at {@link dev.therapyfit.ehr.smart.SmartApp}. */
@NullMarked
package dev.therapyfit.ehr.smart;

import org.jspecify.annotations.NullMarked;
