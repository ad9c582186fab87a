/**
 * A small CDS client: an EHR's order entry, to try a CDS service as an EHR calls it. Start at {@link
 * dev.therapyfit.app.sandbox.client.ClientController}.
 */
@NullMarked
package dev.therapyfit.app.sandbox.client;

import org.jspecify.annotations.NullMarked;
