package dev.therapyfit.hooks.prefetch;

import dev.therapyfit.hooks.hook.FhirServer;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** Where reads of FHIR servers run, so that one that is slow or broken harms no call about others. */
@FunctionalInterface
public interface ReadLanes {
    /** What the reads of a call say about the server. */
    enum Verdict {
        /** It answers, if only that it has nothing or allows nothing. */
        SOUND,
        /** At least every second of them had no answer, or one that is none. */
        FAULTY,
        /** Nothing, for example since it was given too little time. */
        NONE
    }

    /** Reads of one call from one server, side by side. */
    interface Lane {
        /**
         * Runs a read.
         *
         * @throws RejectedExecutionException if too many reads of the server wait already
         */
        void run(Runnable read);

        /** Ends the lane: to be called once. */
        void close(Verdict verdict);
    }

    /**
     * Opens a lane.
     *
     * @throws FhirReadException if the server is not to be asked now, since it failed a moment ago
     */
    Lane open(FhirServer server);

    /** Lanes that are never closed to a server, for where there is one only. */
    static ReadLanes on(Executor threads) {
        return server -> new Lane() {
            @Override
            public void run(Runnable read) {
                threads.execute(read);
            }

            @Override
            public void close(Verdict verdict) {
                // nothing is made of it
            }
        };
    }
}
