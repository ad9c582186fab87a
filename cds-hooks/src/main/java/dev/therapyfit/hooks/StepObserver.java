package dev.therapyfit.hooks;

import java.util.Locale;
import java.util.function.Supplier;

/** Is told of each step of a call, for example to measure it. Safe to use from many threads. */
public interface StepObserver {
    /** Nobody looks. */
    StepObserver NONE = new StepObserver() {
        @Override
        public <T> T during(Step step, Supplier<T> work) {
            return work.get();
        }
    };

    /** What is done with a call, in order. */
    enum Step {
        /** The body is read. */
        DECODE,
        /** It is found out what is ordered, from the FHIR server if need be. */
        ORDER,
        /** The patient's record is completed, from the FHIR server if need be. */
        CHART,
        /** The CQL is evaluated. */
        EVALUATION,
        /** The decision is made of the results. */
        DECISION,
        /** The cards are made of it. */
        CARD,
        /** The answer is kept. */
        JOURNAL;

        /** As it is named in metrics and traces. */
        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Does the work of a step; gives what it gives and throws what it throws. */
    <T> T during(Step step, Supplier<T> work);
}
