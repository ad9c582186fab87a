package dev.therapyfit.clients.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.therapyfit.clients.link.DecisionLinks.Signed;
import dev.therapyfit.hooks.failure.CdsFailure.Forbidden;
import dev.therapyfit.hooks.failure.CdsFailure.Gone;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecisionLinksTest {
    private static final Instant NOW = Instant.parse("2026-06-15T09:00:00.700Z");
    private static final String END = "1781600400";

    private static DecisionLinks at(Instant now) {
        return links((byte) 7, now);
    }

    private static DecisionLinks links(byte secret, Instant now) {
        byte[] key = new byte[32];
        Arrays.fill(key, secret);
        return new DecisionLinks(key, Duration.ofHours(24), Clock.fixed(now, ZoneOffset.UTC));
    }

    @Test
    void a_link_is_valid_until_its_end_and_not_longer() {
        Signed signed = at(NOW).sign("zz-one");

        assertThat(signed.expires())
                .isEqualTo("2026-06-16T09:00:00Z")
                .isEqualTo(Instant.ofEpochSecond(Long.parseLong(END)));
        assertThat(signed.signature()).matches("[A-Za-z0-9_-]{43}");
        assertThatCode(() -> at(NOW).check("zz-one", END, signed.signature())).doesNotThrowAnyException();
        assertThatCode(() -> at(signed.expires().minusMillis(1)).check("zz-one", END, signed.signature()))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> at(signed.expires()).check("zz-one", END, signed.signature()))
                .isInstanceOf(Gone.class);
    }

    @Test
    void whoever_changes_a_link_or_has_another_key_has_none() {
        String signature = at(NOW).sign("zz-one").signature();

        assertForbidden("two", END, signature);
        assertForbidden("zz-one", "1781600401", signature);
        assertForbidden("zz-one", "01781600400", signature);
        assertForbidden("zz-one", END, signature.substring(1));
        assertForbidden("zz-one", END, signature + "=");
        assertForbidden("zz-one", END, links((byte) 8, NOW).sign("zz-one").signature());
        assertForbidden("zz-one", END, null);
        assertForbidden("zz-one", null, signature);
    }

    @Test
    void an_expired_link_with_a_forged_signature_is_forbidden_and_not_gone() {
        assertForbidden("zz-one", "1", at(NOW).sign("zz-one").signature());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "1e9", "9999999999999", "1781600400 ", "x"})
    void an_end_that_is_no_number_of_seconds_is_forbidden(String expires) {
        assertForbidden("zz-one", expires, at(NOW).sign("zz-one").signature());
    }

    @Test
    void a_short_key_is_refused() {
        assertThatThrownBy(() -> new DecisionLinks(new byte[31], Duration.ofHours(1), Clock.systemUTC()))
                .hasMessageContaining("32");
    }

    private static void assertForbidden(
            String id,
            @org.jspecify.annotations.Nullable String expires,
            @org.jspecify.annotations.Nullable String signature) {
        assertThatThrownBy(() -> at(NOW).check(id, expires, signature))
                .isInstanceOf(Forbidden.class)
                .hasMessageNotContaining("zz-one");
    }
}
