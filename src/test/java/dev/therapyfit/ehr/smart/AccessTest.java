package dev.therapyfit.ehr.smart;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scopes as SMART App Launch 1.0 and 2.2 write them. */
class AccessTest {
    private static Access access(String scopes) {
        return new Access(
                URI.create("https://ehr.example/fhir"), "secret", Access.scopes(scopes), "p1", "", Duration.ZERO);
    }

    @ParameterizedTest
    @CsvSource({
        "patient/Observation.c, true",
        "patient/Observation.cruds, true",
        "patient/*.cu, true",
        "patient/Observation.write, true",
        "patient/*.*, true",
        "user/Observation.c, true",
        "'launch patient/Goal.c patient/Observation.cr', true",
        "patient/Observation.c?category=survey, true",
        "patient/Observation.rs, false",
        "patient/Observation.u, false",
        "patient/Observation.read, false",
        "patient/Goal.c, false",
        "patient/ObservationDefinition.c, false",
        "system/Observation.c, false",
        "launch, false",
        "'', false",
    })
    void a_scope_grants_creation_or_does_not(String scopes, boolean granted) {
        assertThat(access(scopes).mayCreate("Observation")).isEqualTo(granted);
    }

    @Test
    void its_token_is_not_told() {
        assertThat(access("launch").toString()).doesNotContain("secret");
    }
}
