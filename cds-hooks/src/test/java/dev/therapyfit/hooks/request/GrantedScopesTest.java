package dev.therapyfit.hooks.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.therapyfit.hooks.request.GrantedScopes.Access;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scopes of SMART App Launch, versions 1 and 2. */
class GrantedScopesTest {
    @ParameterizedTest
    @CsvSource({
        "user/Observation.read, ALL, ALL",
        "patient/*.read, ALL, ALL",
        "system/*.*, ALL, ALL",
        "user/Observation.write, NONE, NONE",
        "patient/Observation.rs, ALL, ALL",
        "patient/Observation.cruds, ALL, ALL",
        "patient/*.s, NONE, ALL",
        "patient/Observation.r, ALL, NONE",
        "patient/Observation.cud, NONE, NONE",
        "user/Condition.read, NONE, NONE",
        "patient/Observation.rs?category=laboratory, SOME, SOME",
        "patient/Observation.rs?category=laboratory patient/Observation.rs?category=survey, SOME, SOME",
        "patient/Observation.rs?category=laboratory user/Observation.rs, ALL, ALL",
        "openid fhirUser launch, ALL, ALL",
        "'  openid   user/Observation.read ', ALL, ALL",
        "openid user/Condition.read, NONE, NONE",
        "user/Observation.unknown, ALL, ALL",
        "user/Observation.unknown user/Condition.read, ALL, ALL",
        "user/Observation.Read user/Condition.read, ALL, ALL",
        "user/Condition.Read, NONE, NONE",
    })
    void a_scope_grants_reads_and_searches(String scope, Access read, Access search) {
        assertThat(GrantedScopes.of(scope).toRead("Observation")).isEqualTo(read);
        assertThat(GrantedScopes.of(scope).toSearch("Observation")).isEqualTo(search);
    }
}
