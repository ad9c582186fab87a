package dev.therapyfit.hooks.chart;

import dev.therapyfit.hooks.request.FhirServer;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** Where reads of FHIR servers run, so that one that is slow or broken harms no call about others. */
@FunctionalInterface
public interface ReadBulkheads {
    /** What the reads of a call say about the server. */
    enum ReadOutcome {
        /** It answers, if only that it has nothing or allows nothing. */
        SOUND,
        /** At least every second of them had no answer, or one that is none. */
        FAULTY,
        /** Nothing, for example since it was given too little time. */
        NONE
    }

    /** Reads of one call from one server, side by side. */
    interface ReadBulkhead {
        /**
         * Runs a read.
         *
         * @throws RejectedExecutionException if too many reads of the server wait already
         */
        void run(Runnable read);

        /** Ends the bulkhead: to be called once. */
        void close(ReadOutcome outcome);
    }

    /**
     * Opens a bulkhead.
     *
     * @throws FhirReadException if the server is not to be asked now, since it failed a moment ago
     */
    ReadBulkhead open(FhirServer server);

    /** Lanes that are never closed to a server, for where there is one only. */
    static ReadBulkheads on(Executor threads) {
        return server -> new ReadBulkhead() {
            @Override
            public void run(Runnable read) {
                threads.execute(read);
            }

            @Override
            public void close(ReadOutcome outcome) {
                // nothing is made of it
            }
        };
    }
}
