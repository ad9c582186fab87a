@NullMarked
package dev.therapyfit.cql.codes;

import org.jspecify.annotations.NullMarked;
