/** HTTP: decodes the transport and turns failures into status codes, nothing else. Start at {@code CdsServicesController}. */
@NullMarked
package dev.therapyfit.web;

import org.jspecify.annotations.NullMarked;
