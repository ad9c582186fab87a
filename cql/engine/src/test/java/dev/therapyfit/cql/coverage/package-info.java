@NullMarked
package dev.therapyfit.cql.coverage;

import org.jspecify.annotations.NullMarked;
