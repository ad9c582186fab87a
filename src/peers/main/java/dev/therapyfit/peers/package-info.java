/**
 * The content on the peer engine, HL7's clinical-reasoning library. Start at {@link
 * dev.therapyfit.peers.ClinicalReasoning}.
 */
@NullMarked
package dev.therapyfit.peers;

import org.jspecify.annotations.NullMarked;
