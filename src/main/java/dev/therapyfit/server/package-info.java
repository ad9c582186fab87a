/** The service as a Spring Boot application. Start at {@link dev.therapyfit.server.ServiceApplication}. */
@NullMarked
package dev.therapyfit.server;

import org.jspecify.annotations.NullMarked;
