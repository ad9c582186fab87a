/** The fuzz targets without a fuzzer. */
@NullMarked
package dev.therapyfit.reliability.fuzz;

import org.jspecify.annotations.NullMarked;
