@NullMarked
package dev.therapyfit.authoring.coverage;

import org.jspecify.annotations.NullMarked;
