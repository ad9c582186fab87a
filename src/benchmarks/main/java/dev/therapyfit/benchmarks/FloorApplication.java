package dev.therapyfit.benchmarks;

import dev.therapyfit.app.config.StorageConfiguration;
import dev.therapyfit.app.config.TimeOrderedIds;
import dev.therapyfit.hooks.HookAnswer;
import dev.therapyfit.hooks.card.Card;
import dev.therapyfit.hooks.card.Card.Suggestion;
import dev.therapyfit.hooks.card.CdsResponse;
import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.hooks.decision.Decision;
import dev.therapyfit.journal.Answer;
import dev.therapyfit.journal.AnswerStore;
import dev.therapyfit.journal.audit.AuditEntry;
import dev.therapyfit.journal.audit.AuditedCall;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the service cannot be faster than: it reads the body as a tree, keeps a fixed decision of the same size with an audit
 * entry in the same database, and answers a fixed card. A process of its own.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({StorageConfiguration.class, FloorApplication.Floor.class})
public class FloorApplication {
    static final String READY = "Floor service is ready: ";

    /** Starts it at any free port, and says which. */
    public static void main(String[] args) {
        SpringApplication application = new SpringApplication(FloorApplication.class);
        application.setDefaultProperties(Map.of("spring.main.banner-mode", "off", "therapy-fit.trust.mode", "open"));
        ConfigurableApplicationContext context = application.run("--server.port=0");
        System.out.println(READY + context.getEnvironment().getRequiredProperty("local.server.port"));
    }

    /** The one service. */
    @RestController
    static class Floor {
        private static final JsonMapper JSON = JsonMapper.shared();

        /** As many at a time as in the service. */
        private final Semaphore turns = new Semaphore(2 * Runtime.getRuntime().availableProcessors(), true);

        private final TimeOrderedIds ids = new TimeOrderedIds(Clock.systemUTC());
        private final AnswerStore journal;
        private final JsonNode decision;
        private final CdsResponse response;

        Floor(AnswerStore journal) {
            this.journal = journal;
            OrderSelect o1 = OrderSelect.of(Path.of(System.getProperty("content")));
            HookAnswer answer = o1.pipeline().answer(o1.call());
            this.decision = JSON.valueToTree(answer.decision().orElseThrow());
            this.response = answer.response();
        }

        /** The card with ids of its own: feedback names them, so that they are kept once. */
        private Card anew(Card card) {
            return new Card(
                    ids.get(),
                    card.summary(),
                    card.indicator(),
                    card.detail(),
                    card.source(),
                    card.suggestions().stream()
                            .map(suggestion -> new Suggestion(suggestion.label(), ids.get(), suggestion.actions()))
                            .toList(),
                    card.selectionBehavior(),
                    card.overrideReasons(),
                    card.links(),
                    card.extension());
        }

        @PostMapping(HttpCommand.PATH)
        CdsResponse answer(@RequestBody byte[] body) {
            JsonNode call = JSON.readTree(body);
            Instant now = Instant.now();
            Decision kept = JSON.treeToValue(
                    ((tools.jackson.databind.node.ObjectNode) decision)
                            .deepCopy()
                            .put("id", ids.get()),
                    Decision.class);
            CdsResponse answer =
                    new CdsResponse(response.cards().stream().map(this::anew).toList());
            AuditedCall audited = AuditedCall.of(now, AuditEntry.Kind.HOOK, OrderSelect.ID);
            audited.by("floor", Optional.empty());
            audited.asked("order-select", call.path("hookInstance").asString(""), "Practitioner/floor", kept.patient());
            audited.decided(kept.id());
            turns.acquireUninterruptibly();
            try {
                keep(call, kept, answer, audited);
            } finally {
                turns.release();
            }
            return answer;
        }

        private void keep(JsonNode call, Decision kept, CdsResponse answer, AuditedCall audited) {
            journal.keep(
                    new Answer(
                            "floor",
                            OrderSelect.ID,
                            "order-select",
                            call.path("hookInstance").asString(""),
                            kept,
                            answer),
                    audited,
                    Deadline.in(Duration.ofSeconds(5)));
        }
    }
}
