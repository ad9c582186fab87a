package dev.therapyfit.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.therapyfit.hooks.failure.CdsFailure;
import org.junit.jupiter.api.Test;

class FailureAdviceTest {
    @Test
    void every_failure_has_a_status_and_a_code() {
        assertThat(FailureAdvice.TOLD).containsOnlyKeys(failures());
    }

    @SuppressWarnings("unchecked") // what the sealed class permits are its subclasses
    private static Class<? extends CdsFailure>[] failures() {
        return (Class<? extends CdsFailure>[]) CdsFailure.class.getPermittedSubclasses();
    }
}
