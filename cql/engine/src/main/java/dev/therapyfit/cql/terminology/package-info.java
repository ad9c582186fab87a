/**
 * Membership of codes in the content's value sets, offline. Start at {@link
 * dev.therapyfit.cql.terminology.Terminology}.
 */
@NullMarked
package dev.therapyfit.cql.terminology;

import org.jspecify.annotations.NullMarked;
