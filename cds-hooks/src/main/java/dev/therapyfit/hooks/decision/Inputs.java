package dev.therapyfit.hooks.decision;

import java.util.List;

/**
 * What a decision is about besides the record and the instant.
 *
 * @param jurisdiction where the client practises
 * @param selections references of the draft orders that the call is about; empty: every draft
 */
public record Inputs(String jurisdiction, List<String> selections) {}
