package dev.therapyfit.journal;

import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.hooks.failure.CdsFailure.Unavailable;
import dev.therapyfit.journal.audit.AuditedCall;

/** Keeps answers before they are given. Safe to use from many threads. */
public interface AnswerStore {
    /**
     * Keeps an answer with its audit entry: both or neither. When this returns, no end of a process loses them.
     *
     * @param answer the answer
     * @param call what is audited
     * @param deadline when nobody waits any longer
     * @throws Unavailable if the database is away: then the answer must not be given
     */
    void keep(Answer answer, AuditedCall call, Deadline deadline);
}
