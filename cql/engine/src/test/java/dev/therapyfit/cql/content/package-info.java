/** Start at {@link dev.therapyfit.cql.content.ContentTest}. */
@NullMarked
package dev.therapyfit.cql.content;

import org.jspecify.annotations.NullMarked;
