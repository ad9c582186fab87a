/** The services that the content declares. Start at {@link dev.therapyfit.hooks.catalog.ServiceCatalog}. */
@NullMarked
package dev.therapyfit.hooks.catalog;

import org.jspecify.annotations.NullMarked;
