/**
 * The content's own test cases: a patient's resources and the decision that is expected of them. Start at {@link
 * dev.therapyfit.authoring.cases.Cases}.
 */
@NullMarked
package dev.therapyfit.authoring.cases;

import org.jspecify.annotations.NullMarked;
