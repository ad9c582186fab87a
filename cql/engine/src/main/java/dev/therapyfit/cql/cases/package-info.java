/**
 * The content's own test cases: a patient's resources and the decision that is expected of them. Start at {@link
 * dev.therapyfit.cql.cases.Cases}.
 */
@NullMarked
package dev.therapyfit.cql.cases;

import org.jspecify.annotations.NullMarked;
