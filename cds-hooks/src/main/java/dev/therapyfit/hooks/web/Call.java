package dev.therapyfit.hooks.web;

import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.hooks.trust.Client;

/**
 * A call that was let in.
 *
 * @param client who calls
 * @param deadline when the answer is wanted no longer
 */
record Call(Client client, Deadline deadline) {}
