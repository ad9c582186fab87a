@NullMarked
package dev.therapyfit.authoring.codes;

import org.jspecify.annotations.NullMarked;
