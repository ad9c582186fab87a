package dev.therapyfit.web;

import static dev.therapyfit.hooks.HookRequests.orderSelect;
import static dev.therapyfit.hooks.HookRequests.orderSign;
import static dev.therapyfit.hooks.HookRequests.patientView;
import static dev.therapyfit.web.RunningService.DISCOVERY;
import static dev.therapyfit.web.RunningService.SELECT;
import static dev.therapyfit.web.RunningService.VIEW;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.ECKey;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.therapyfit.app.config.CdsHooksConfiguration;
import dev.therapyfit.app.config.CdsHooksProperties;
import dev.therapyfit.clients.Tokens;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.hooks.HookRequests;
import dev.therapyfit.hooks.Records;
import dev.therapyfit.hooks.ToyContent;
import dev.therapyfit.journal.feedback.Feedback.Coding;
import dev.therapyfit.journal.feedback.Feedback.OverrideReason;
import dev.therapyfit.journal.feedback.FeedbackStore;
import dev.therapyfit.journal.feedback.FeedbackStore.Reviewed;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Expression;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.MedicationRequest;
import org.hl7.fhir.r4.model.PlanDefinition;
import org.hl7.fhir.r4.model.PlanDefinition.ActionSelectionBehavior;
import org.hl7.fhir.r4.model.PlanDefinition.PlanDefinitionActionComponent;
import org.hl7.fhir.r4.model.RelatedArtifact;
import org.hl7.fhir.r4.model.RelatedArtifact.RelatedArtifactType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What CDS Hooks demands of an answer, seen in what is sent over HTTP: to a client of 2.0 and to one of 3.0 that supports
 * the choice of actions. The content uses all that content may declare of a card.
 */
@Timeout(60)
class ConformanceIT {
    /** JSON and nothing but: no comments, no trailing commas, no key twice, nothing after the end. */
    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final String DATABASE = "jdbc:h2:mem:conformance";
    private static final ECKey KEY = Tokens.ecKey("key");
    private static final String OLD = "https://old.ehr.example/";
    private static final String NEW = "https://new.ehr.example/";

    private static final List<String> AUTHORIZATIONS = new CopyOnWriteArrayList<>();
    private static volatile Answer fhir = ConformanceIT::empty;
    private static RunningService service;

    private interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(CdsHooksConfiguration.class)
    static class Application {
        @Bean
        Content content() {
            Content content = ToyContent.with(ToyContent.CQL, "define \"Always\": true", """
                    define "Always": true
                    define "App Context": '{"stage":4}'
                    define "Products": [Medication]
                    define "Whole Order":
                      First([MedicationRequest] M where 'MedicationRequest/' & M.id.value = "Ordered")
                    """);
            return ToyContent.changing(content, ToyContent.ORDER_SELECT, Application::offerAll);
        }

        private static void offerAll(PlanDefinition plan) {
            plan.addTopic().addCoding().setSystem(ToyContent.THINGS).setCode("tea");
            PlanDefinitionActionComponent card = plan.getActionFirstRep();
            card.getDocumentationFirstRep()
                    .setDocument(new Attachment().setContentType("image/png").setUrl("https://toy.example/book.png"));
            card.addDocumentation(app());
            card.addAction(suggestion(null, action("create"), action("update")));
            card.addAction(suggestion(ActionSelectionBehavior.ALL, action("create")));
            card.addAction(suggestion(ActionSelectionBehavior.ANY, action("create"), action("update")));
            card.addAction(suggestion(ActionSelectionBehavior.ATMOSTONE, action("create"), action("update")));
        }

        private static RelatedArtifact app() {
            Extension smart = new Extension("https://therapyfit.dev/fhir/StructureDefinition/smart-app");
            smart.addExtension("appContext", expression("App Context"));
            RelatedArtifact app = new RelatedArtifact()
                    .setType(RelatedArtifactType.CITATION)
                    .setLabel("App")
                    .setUrl("https://toy.example/launch");
            app.addExtension(smart);
            return app;
        }

        private static PlanDefinitionActionComponent suggestion(
                @Nullable ActionSelectionBehavior behavior, PlanDefinitionActionComponent... actions) {
            PlanDefinitionActionComponent suggestion = new PlanDefinitionActionComponent()
                    .setSelectionBehavior(behavior)
                    .setAction(List.of(actions));
            suggestion.addDynamicValue().setPath("title").setExpression(expression("Suggest Cancel Label"));
            return suggestion;
        }

        private static PlanDefinitionActionComponent action(String type) {
            PlanDefinitionActionComponent action = new PlanDefinitionActionComponent()
                    .setType(new CodeableConcept()
                            .addCoding(new org.hl7.fhir.r4.model.Coding()
                                    .setSystem("http://terminology.hl7.org/CodeSystem/action-type")
                                    .setCode(type)));
            action.addDynamicValue().setPath("description").setExpression(expression("Cancel Description"));
            action.addDynamicValue().setPath("resource").setExpression(expression("Whole Order"));
            return action;
        }

        private static Expression expression(String name) {
            return new Expression().setLanguage("text/cql").setExpression("\"" + name + "\"");
        }
    }

    @BeforeAll
    static void start() {
        service = new RunningService(Application.class, ConformanceIT::setUp);
        // The deadline is that of the product, which the first calls of a cold JVM may miss.
        for (int i = 0; i < 20 && post(SELECT, NEW, complete()).statusCode() != 200; i++) {
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
        }
        card(NEW);
    }

    private static void setUp(RunningService running, HttpServer outside) {
        outside.createContext("/fhir", exchange -> {
            if (!exchange.getRequestURI().getPath().endsWith("/metadata")) { // which everybody may read
                AUTHORIZATIONS.add(
                        Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
                                .orElse("none"));
            }
            fhir.to(exchange);
        });
        running.set("evaluation-time", "2026-11-24T10:00:00Z");
        running.set("storage.url", DATABASE);
        running.set("deadline", "500ms"); // the product's
        Map<String, String> registration = Map.of(
                "key-set", Tokens.keySet(KEY), "fhir-servers[0]", running.outsideUrl("/fhir"), "algorithms", "ES384");
        running.register("old", OLD, registration);
        Map<String, String> modern = new LinkedHashMap<>(registration);
        modern.put("cds-hooks-version", "3.0");
        modern.put("features[0]", "action-selection-behavior");
        running.register("new", NEW, modern);
    }

    private static void empty(HttpExchange exchange) throws IOException {
        RunningService.answer(exchange, 200, "{\"resourceType\": \"Bundle\", \"type\": \"searchset\"}");
    }

    @AfterAll
    static void end() {
        service.close();
    }

    @BeforeEach
    void nothing_was_asked() {
        AUTHORIZATIONS.clear();
        fhir = ConformanceIT::empty;
    }

    // ---- JSON

    @Test
    void no_answer_holds_null_or_anything_empty() {
        Map<String, HttpResponse<String>> answers = new LinkedHashMap<>();
        for (String client : List.of(OLD, NEW)) {
            answers.put("discovery " + client, get(DISCOVERY, client));
            answers.put("cards " + client, post(SELECT, client, complete()));
            answers.put("another card " + client, post(VIEW, client, thirsty(patientView())));
        }
        answers.put("400", post(SELECT, NEW, complete().without("context.userId")));
        answers.put("400 without a field", service.post(SELECT, new byte[] {'{'}, authorization(SELECT, NEW)));
        answers.put("401", service.get(DISCOVERY));
        answers.put("403", post(SELECT, NEW, complete().with("fhirServer", "https://fhir.elsewhere.example")));
        answers.put("404", post("/cds-services/none", NEW, complete()));
        answers.put("405", get(SELECT, NEW));
        answers.put("406", service.get(DISCOVERY, "Authorization", token(DISCOVERY, NEW), "Accept", "text/html"));
        answers.put("412", post(VIEW, NEW, patientView()));
        answers.put(
                "415",
                service.send(service.request(SELECT)
                        .POST(BodyPublishers.ofString("x"))
                        .headers("Content-Type", "text/plain", "Authorization", token(SELECT, NEW))));
        answers.put("400 of feedback", feedback(NEW, "{\"feedback\": []}"));

        answers.forEach((name, answer) -> {
            assertThat(answer.headers().firstValue("Content-Type").orElse(""))
                    .as(name)
                    .startsWith("application/json");
            if (Character.isDigit(name.charAt(0))) {
                assertThat(answer.statusCode()).as(name).isEqualTo(Integer.parseInt(name.substring(0, 3)));
                assertThat(STRICT.readTree(answer.body()).get("resourceType").stringValue())
                        .isEqualTo("OperationOutcome");
            } else {
                assertThat(answer.statusCode()).as(name + answer.body()).isEqualTo(200);
            }
            assertNothingEmpty(name, STRICT.readTree(answer.body()));
        });
    }

    /** The two places that may be empty: nothing to say, and the answer to feedback, of which nothing is specified. */
    @Test
    void only_the_list_of_cards_and_the_answer_to_feedback_are_empty() {
        HookRequests nothing = complete().with("context.draftOrders.entry.0.resource", Records.order("tea-1", "milk"));
        assertThat(post(SELECT, NEW, nothing).body()).isEqualTo("{\"cards\":[]}");

        String uuid = card(NEW).get("uuid").stringValue();
        assertThat(feedback(NEW, entries(overridden(uuid))).body()).isEqualTo("{}");
    }

    /** The decision behind a card is our own and lists what there is none of; what has no value it leaves out. */
    @Test
    void the_decision_behind_a_card_holds_no_null() {
        URI link = URI.create(card(NEW).at("/links/0/url").stringValue());
        HttpResponse<String> decision =
                service.get(link.getPath() + "?" + link.getQuery(), "Accept", "application/json");

        assertThat(decision.statusCode()).isEqualTo(200);
        assertNoNull(STRICT.readTree(decision.body()));
    }

    private static void assertNothingEmpty(String name, JsonNode node) {
        assertThat(node.isNull()).as(name).isFalse();
        assertThat(node.isString() && node.stringValue().isBlank()).as(name).isFalse();
        assertThat(node.isContainer() && node.isEmpty()).as(name).isFalse();
        node.forEach(child -> assertNothingEmpty(name, child));
    }

    private static void assertNoNull(JsonNode node) {
        assertThat(node.isNull()).isFalse();
        node.forEach(ConformanceIT::assertNoNull);
    }

    // ---- Discovery

    @Test
    void discovery_says_what_a_service_is_and_asks_each_client_for_what_it_can_fill() {
        for (String client : List.of(OLD, NEW)) {
            JsonNode root = json(get(DISCOVERY, client));
            assertThat(root.propertyNames()).containsExactly("services");
            for (JsonNode one : root.get("services")) {
                assertThat(one.propertyNames())
                        .containsExactlyInAnyOrder(
                                "hook",
                                "hookVersion",
                                "id",
                                "title",
                                "description",
                                "usageRequirements",
                                "version",
                                "prefetch",
                                "extension");
                assertThat(one.get("extension").propertyNames())
                        .as("named by reverse domain")
                        .containsExactly("dev.therapyfit.content");
                assertThat(one.get("version").stringValue()).isEqualTo("3.0.0");
                assertThat(one.get("hookVersion").stringValue()).isEqualTo("1.0");
                assertThat(service.post(
                                        DISCOVERY + "/" + one.get("id").stringValue(),
                                        complete().bytes(),
                                        "Authorization",
                                        token(DISCOVERY + "/" + one.get("id").stringValue(), client))
                                .statusCode())
                        .as("at its URL")
                        .isIn(200, 400);
                assertThat(one.get("prefetch").propertyNames())
                        .startsWith("patient", "medicationRequest", "observation");
                assertThat(one.get("prefetch").has("referencedMedication")).isEqualTo(client.equals(NEW));
                assertThat(one.get("prefetch").toString().matches(".*(%|resolve|today).*"))
                        .isEqualTo(client.equals(NEW));
            }
        }
    }

    // ---- Cards

    @Test
    void every_card_and_suggestion_has_a_uuid_of_its_own_over_many_calls() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            JsonNode card = card(NEW);
            ids.add(card.get("uuid").stringValue());
            card.get("suggestions")
                    .forEach(suggestion -> ids.add(suggestion.get("uuid").stringValue()));
        }

        assertThat(ids).hasSize(600).doesNotHaveDuplicates().allSatisfy(id -> assertThat(
                        UUID.fromString(id).toString())
                .isEqualTo(id));
    }

    @Test
    void a_source_has_a_label_a_page_an_icon_and_a_topic() {
        JsonNode source = card(OLD).get("source");

        assertThat(source.toString())
                .isEqualTo("{\"label\":\"The book of toys\",\"url\":\"https://toy.example/book\","
                        + "\"icon\":\"https://toy.example/book.png\","
                        + "\"topic\":{\"system\":\"https://toy.example/CodeSystem/thing\",\"code\":\"tea\"}}");
    }

    @Test
    void a_link_to_an_app_tells_it_its_context_and_no_other_link_does() {
        JsonNode links = card(OLD).get("links");

        assertThat(links).hasSize(3);
        assertThat(links.get(2).toString())
                .isEqualTo("{\"label\":\"App\",\"url\":\"https://toy.example/launch\",\"type\":\"smart\","
                        + "\"appContext\":\"{\\\"stage\\\":4}\"}");
        for (int i = 0; i < 2; i++) {
            assertThat(links.get(i).propertyNames()).containsExactlyInAnyOrder("label", "url", "type");
            assertThat(links.get(i).get("type").stringValue()).isEqualTo("absolute");
            assertThat(URI.create(links.get(i).get("url").stringValue())).hasScheme("https");
        }
    }

    @Test
    void at_most_one_suggestion_may_be_chosen_and_none_is_recommended() {
        JsonNode card = card(NEW);

        assertThat(card.get("selectionBehavior").stringValue()).isEqualTo("at-most-one");
        assertThat(card.get("suggestions")).hasSize(5).allSatisfy(suggestion -> {
            assertThat(suggestion.has("isRecommended")).isFalse();
            assertThat(suggestion.get("label").stringValue()).isNotBlank();
        });
    }

    @Test
    void an_action_creates_updates_or_deletes_a_whole_resource() {
        JsonNode suggestions = card(OLD).get("suggestions");

        JsonNode delete = suggestions.at("/0/actions/0");
        assertThat(delete.toString())
                .isEqualTo("{\"type\":\"delete\",\"description\":\"Removes the order\","
                        + "\"resourceId\":\"MedicationRequest/tea-1\"}");
        for (int i = 0; i < 2; i++) {
            JsonNode action = suggestions.at("/1/actions/" + i);
            assertThat(action.propertyNames()).containsExactlyInAnyOrder("type", "description", "resource");
            assertThat(action.get("type").stringValue()).isEqualTo(i == 0 ? "create" : "update");
            assertThat(action.get("resource"))
                    .isEqualTo(STRICT.readTree(ToyContent.FHIR.newJsonParser().encodeResourceToString(order())));
        }
    }

    @Test
    void a_choice_of_actions_is_offered_to_a_client_that_supports_it_and_to_no_other() {
        JsonNode supported = card(NEW).get("suggestions");
        assertThat(supported).hasSize(5);
        for (int i = 0; i < 3; i++) {
            assertThat(supported.get(i).has("actionSelectionBehavior")).isFalse();
        }
        assertThat(supported.at("/3/actionSelectionBehavior").stringValue()).isEqualTo("any");
        assertThat(supported.at("/4/actionSelectionBehavior").stringValue()).isEqualTo("at-most-one");

        HttpResponse<String> other = post(SELECT, OLD, complete());
        assertThat(json(other).at("/cards/0/suggestions")).hasSize(3);
        assertThat(other.body()).doesNotContain("actionSelectionBehavior");
    }

    // ---- Feedback

    @Test
    void feedback_about_several_cards_and_several_times_is_one_call() {
        JsonNode first = card(NEW);
        JsonNode second = card(NEW);
        String accepted = """
                {"card": "%s", "outcome": "accepted", "acceptedSuggestions": [{"id": "%s"}, {"id": "%s"}],
                 "outcomeTimestamp": "2026-11-24T10:01:00Z"}""".formatted(
                        first.get("uuid").stringValue(),
                        first.at("/suggestions/0/uuid").stringValue(),
                        first.at("/suggestions/1/uuid").stringValue());

        assertThat(feedback(
                                NEW,
                                entries(
                                        accepted,
                                        overridden(second.get("uuid").stringValue()),
                                        overridden(first.get("uuid").stringValue())))
                        .statusCode())
                .isEqualTo(200);

        assertThat(kept(first))
                .extracting(one -> one.feedback().outcome().code())
                .containsExactlyInAnyOrder("accepted", "overridden");
        assertThat(kept(second))
                .extracting(one -> one.feedback().outcome().code())
                .containsExactly("overridden");
    }

    @Test
    void an_override_may_come_without_a_reason_with_one_and_with_words() {
        JsonNode card = card(NEW);
        String uuid = card.get("uuid").stringValue();
        JsonNode reason = card.at("/overrideReasons/0");
        String coded = """
                {"card": "%s", "outcome": "overridden", "outcomeTimestamp": "2026-11-24T10:02:00.5Z",
                 "overrideReason": {"reason": {"code": "%s", "system": "%s"}, "userComment": "cold"}}""".formatted(
                uuid, reason.get("code").stringValue(), reason.get("system").stringValue());

        assertThat(feedback(NEW, entries(overridden(uuid), coded)).statusCode()).isEqualTo(200);

        assertThat(kept(card)).hasSize(2);
        assertThat(kept(card))
                .flatExtracting(one -> one.feedback().overrideReason().stream().toList())
                .containsExactly(new OverrideReason(
                        Optional.of(new Coding(
                                reason.get("system").stringValue(),
                                reason.get("code").stringValue(),
                                Optional.empty())),
                        Optional.of("cold")));
    }

    private static List<Reviewed> kept(JsonNode card) {
        return service
                .bean(FeedbackStore.class)
                .review(Instant.EPOCH, Instant.now().plusSeconds(60))
                .stream()
                .filter(one -> one.feedback().card().equals(card.get("uuid").stringValue()))
                .toList();
    }

    private static String overridden(String card) {
        return "{\"card\": \"" + card
                + "\", \"outcome\": \"overridden\", \"outcomeTimestamp\": \"2026-11-24T10:01:00Z\"}";
    }

    private static String entries(String... entries) {
        return "{\"feedback\": [" + String.join(", ", entries) + "]}";
    }

    private static HttpResponse<String> feedback(String client, String body) {
        return service.post(
                SELECT + "/feedback",
                body.getBytes(StandardCharsets.UTF_8),
                "Authorization",
                token(SELECT + "/feedback", client));
    }

    // ---- Time

    /** A server that never answers holds a call for its deadline and no longer; how much longer depends on the machine. */
    @Test
    void an_answer_comes_in_about_half_a_second_though_the_fhir_server_never_answers() throws InterruptedException {
        assertThat(service.bean(CdsHooksProperties.class).deadline()).isLessThanOrEqualTo(Duration.ofMillis(500));
        CountDownLatch over = new CountDownLatch(1);
        fhir = exchange -> await(over);
        HookRequests request =
                thirsty(patientView()).without("prefetch.observation").with("fhirServer", service.outsideUrl("/fhir"));

        long start = System.nanoTime();
        HttpResponse<String> answer = post(VIEW, NEW, request);
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        over.countDown();

        assertThat(json(answer).at("/cards/0/summary").stringValue()).isEqualTo("Not read: Observation");
        assertThat(took).isLessThan(Duration.ofSeconds(3));
    }

    private static void await(CountDownLatch over) {
        try {
            assertThat(over.await(40, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- The token of the FHIR server

    @Test
    void a_token_is_kept_no_longer_than_its_call() throws SQLException {
        HookRequests request = patientView().with("fhirServer", service.outsideUrl("/fhir"));
        HookRequests withToken = thirsty(patientView())
                .without("prefetch.observation")
                .with("fhirServer", service.outsideUrl("/fhir"))
                .withJson("fhirAuthorization", """
                        {"access_token": "zz-access-token", "token_type": "Bearer", "expires_in": 300,
                         "scope": "user/*.rs", "subject": "zz-client"}
                        """);

        HttpResponse<String> answer = post(VIEW, NEW, withToken);
        assertThat(AUTHORIZATIONS).isNotEmpty().containsOnly("Bearer zz-access-token");
        AUTHORIZATIONS.clear();
        post(VIEW, NEW, request);
        post(VIEW, OLD, request);

        assertThat(AUTHORIZATIONS).as("calls after it").isNotEmpty().containsOnly("none");
        assertThat(json(answer).at("/cards/0").isMissingNode()).isFalse();
        assertThat(answer.body()).doesNotContain("zz-access-token");
        URI link = URI.create(json(answer).at("/cards/0/links/0/url").stringValue());
        assertThat(service.get(link.getPath() + "?" + link.getQuery(), "Accept", "application/json")
                        .body())
                .contains("zz-patient")
                .doesNotContain("zz-access-token");
        assertThat(database()).contains("zz-patient").doesNotContain("zz-access-token");
    }

    /** All that the database holds, as SQL. */
    private static String database() throws SQLException {
        StringBuilder script = new StringBuilder();
        try (Connection connection = DriverManager.getConnection(DATABASE, "sa", "");
                ResultSet lines = connection.createStatement().executeQuery("SCRIPT")) {
            while (lines.next()) {
                script.append(lines.getString(1)).append('\n');
            }
        }
        return script.toString();
    }

    // ---- Ids

    /** FHIR ends an id at 64 characters, EHRs do not. */
    @Test
    void ids_longer_than_64_characters_stand_on_a_card_and_in_its_decision() {
        String order = "ez067mnwOAKP5z1.YJwRAsd9gCwdOzQ8wSrsM04QFoz882".repeat(4) + "-3";
        String finding = "eT-Observation.zz".repeat(10);
        HookRequests request = complete()
                .with("context.draftOrders.entry.0.resource.id", order)
                .with("context.selections.0", "MedicationRequest/" + order)
                .with("prefetch.observation.entry.0.resource.id", finding);

        JsonNode card = json(post(SELECT, NEW, request)).at("/cards/0");

        assertThat(card.at("/suggestions/0/actions/0/resourceId").stringValue())
                .isEqualTo("MedicationRequest/" + order);
        assertThat(card.at("/suggestions/1/actions/1/resource/id").stringValue())
                .isEqualTo(order);
        URI link = URI.create(card.at("/links/0/url").stringValue());
        JsonNode decision = json(service.get(link.getPath() + "?" + link.getQuery(), "Accept", "application/json"));
        assertThat(decision.at("/order/reference").stringValue()).isEqualTo("MedicationRequest/" + order);
        assertThat(decision.at("/reasons/0/evidence/0/reference").stringValue()).isEqualTo("Observation/" + finding);
    }

    // ---- Calls

    @Test
    void a_service_answers_its_own_hook_only() {
        assertThat(post(SELECT, NEW, thirsty(orderSign())).statusCode()).isEqualTo(400);
        assertThat(post(SELECT, NEW, complete()).statusCode()).isEqualTo(200);
    }

    /** Both are the client's to form; nothing rests on how they look. */
    @ParameterizedTest
    @ValueSource(strings = {"Practitioner/abc", "PractitionerRole/e-Q.1", "Patient/1", "RelatedPerson/1", "somebody"})
    void a_user_and_an_instance_may_be_named_in_any_way(String user) {
        assertThat(post(SELECT, NEW, complete().with("context.userId", user).with("hookInstance", user))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void without_a_selected_order_there_is_nothing_to_say() {
        assertThat(post(SELECT, NEW, complete().withJson("context.selections", "[]"))
                        .body())
                .isEqualTo("{\"cards\":[]}");
    }

    private static MedicationRequest order() {
        MedicationRequest order = Records.order("tea-1", "tea");
        order.addDosageInstruction().setText("one cup").getTiming().getRepeat().setFrequency(2);
        return order;
    }

    private static HookRequests complete() {
        return thirsty(orderSelect().with("context.draftOrders", Records.searchSet(order())));
    }

    private static HookRequests thirsty(HookRequests request) {
        return request.prefetching("patient", Records.patient())
                .prefetchingFound("medicationRequest")
                .prefetchingFound("observation", Records.thirst("t-1"));
    }

    private static JsonNode card(String client) {
        JsonNode cards = json(post(SELECT, client, complete())).get("cards");
        assertThat(cards).hasSize(1);
        return cards.get(0);
    }

    private static JsonNode json(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return STRICT.readTree(answer.body());
    }

    private static String token(String path, String client) {
        return RunningService.token(client, path, KEY).header();
    }

    private static String[] authorization(String path, String client) {
        return new String[] {"Authorization", token(path, client)};
    }

    private static HttpResponse<String> get(String path, String client) {
        return service.get(path, authorization(path, client));
    }

    private static HttpResponse<String> post(String path, String client, HookRequests request) {
        return service.post(path, request.bytes(), authorization(path, client));
    }
}
