/** The service as a Spring Boot application. Start at {@link dev.therapyfit.app.ServiceApplication}. */
@NullMarked
package dev.therapyfit.app;

import org.jspecify.annotations.NullMarked;
