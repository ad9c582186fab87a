/** Stage 2: a request to a patient record, from what was sent and, for the rest, from the client's FHIR server. The only stage with input and output. Start at {@link dev.therapyfit.hooks.chart.PrefetchCompleter}. */
@NullMarked
package dev.therapyfit.hooks.chart;

import org.jspecify.annotations.NullMarked;
