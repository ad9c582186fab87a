@NullMarked
package dev.therapyfit.cql.fhir;

import org.jspecify.annotations.NullMarked;
