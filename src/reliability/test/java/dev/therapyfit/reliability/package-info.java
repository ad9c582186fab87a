/** Tests of the tools that test the service: what finds no defect must be able to. */
@NullMarked
package dev.therapyfit.reliability;

import org.jspecify.annotations.NullMarked;
