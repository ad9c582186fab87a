/**
 * The content pack as it lies in {@code cql/}: CQL libraries, plan definitions, value sets, code systems and cases.
 * Start at {@link dev.therapyfit.cql.content.Content}.
 */
@NullMarked
package dev.therapyfit.cql.content;

import org.jspecify.annotations.NullMarked;
