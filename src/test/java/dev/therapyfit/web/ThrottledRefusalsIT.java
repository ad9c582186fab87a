package dev.therapyfit.web;

import static dev.therapyfit.hooks.HookRequests.patientView;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.nimbusds.jose.jwk.ECKey;
import dev.therapyfit.clients.Tokens;
import dev.therapyfit.journal.audit.AuditEntry;
import dev.therapyfit.journal.audit.AuditTrail;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;
import org.springframework.context.ConfigurableApplicationContext;

/** Many refused calls on a real port: what is audited and logged of them, where 5 of a kind are told singly. */
@Timeout(120)
class ThrottledRefusalsIT {
    private static final String PUBLIC = "https://cds.example";
    private static final String VIEW = "/cds-services/toy-patient-view";
    private static final ECKey KEY = Tokens.ecKey("a");

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void refused_calls_that_are_alike_are_counted_and_none_is_hidden() throws IOException, InterruptedException {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Logger advice = (Logger) LoggerFactory.getLogger(FailureAdvice.class);
        List<AuditEntry> entries = new ArrayList<>();
        try (ConfigurableApplicationContext application = ToyApplication.of(ToyApplication.class)
                .run(
                        "--server.port=0",
                        "--spring.main.banner-mode=off",
                        "--therapy-fit.public-url=" + PUBLIC,
                        "--therapy-fit.limits.refusals-per-minute=5",
                        "--therapy-fit.trust.mode=clients",
                        "--therapy-fit.trust.clients[0].id=hospital",
                        "--therapy-fit.trust.clients[0].issuer=https://a.example/",
                        "--therapy-fit.trust.clients[0].key-set=" + Tokens.keySet(KEY))) {
            advice.addAppender(log); // the start of the application forgets those that were there
            String base = "http://127.0.0.1:" + application.getEnvironment().getProperty("local.server.port");
            for (int i = 0; i < 40; i++) {
                assertThat(status(HttpRequest.newBuilder(URI.create(base + VIEW))
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString("{}"))))
                        .isEqualTo(401);
                assertThat(status(HttpRequest.newBuilder(URI.create(base + "/decisions/" + i))))
                        .isEqualTo(403);
            }
            for (int i = 0; i < 7; i++) {
                assertThat(status(known(base).POST(BodyPublishers.ofString("zz"))))
                        .isEqualTo(400);
                assertThat(status(known(base)
                                .POST(BodyPublishers.ofByteArray(patientView().bytes()))))
                        .isEqualTo(412);
            }
            application.getBean(AuditFilter.class).tellTheRest();
            application.getBean(FailureAdvice.class).tellTheRest();
            while (entries.size() < 25) {
                entries.clear();
                application.getBean(AuditTrail.class).read(Instant.EPOCH, Instant.now(), entries::add);
            }
        } finally {
            advice.detachAppender(log);
        }

        assertThat(entries).filteredOn(entry -> entry.status() == 401).hasSize(6);
        assertThat(entries)
                .filteredOn(entry -> entry.calls() > 1)
                .extracting(entry ->
                        entry.kind().code() + " " + entry.clientId() + " " + entry.status() + " " + entry.calls())
                .containsExactlyInAnyOrder(
                        "hook " + Optional.empty() + " 401 35",
                        "view " + Optional.empty() + " 403 35",
                        "hook " + Optional.of("hospital") + " 400 2");
        assertThat(entries)
                .as("what is known to be about a patient is always told singly")
                .filteredOn(entry -> entry.status() == 412)
                .hasSize(7)
                .allMatch(entry -> entry.patient().isPresent());
        assertThat(entries.stream().mapToInt(AuditEntry::calls).sum()).isEqualTo(94);
        assertThat(log.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .filteredOn(line -> line.startsWith("Refused with 401"))
                .hasSize(6)
                .last()
                .isEqualTo("Refused with 401: 35 more calls of client unknown");
    }

    private static HttpRequest.Builder known(String base) {
        return HttpRequest.newBuilder(URI.create(base + VIEW))
                .header("Content-Type", "application/json")
                .header(
                        "Authorization",
                        Tokens.of("https://a.example/", PUBLIC + VIEW, KEY, Instant.now())
                                .header());
    }

    private int status(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), BodyHandlers.discarding()).statusCode();
    }
}
