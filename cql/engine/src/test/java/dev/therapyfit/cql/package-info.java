@NullMarked
package dev.therapyfit.cql;

import org.jspecify.annotations.NullMarked;
