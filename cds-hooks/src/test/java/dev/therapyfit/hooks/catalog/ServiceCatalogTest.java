package dev.therapyfit.hooks.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.ContentException;
import dev.therapyfit.cql.content.ContentProblem;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import dev.therapyfit.hooks.ToyContent;
import dev.therapyfit.hooks.card.Card.Link;
import dev.therapyfit.hooks.card.Card.OverrideReason;
import dev.therapyfit.hooks.card.Card.Source;
import dev.therapyfit.hooks.card.Card.Topic;
import dev.therapyfit.hooks.card.CardTemplate;
import dev.therapyfit.hooks.card.CardTemplate.ActionTemplate;
import dev.therapyfit.hooks.card.CardTemplate.LinkTemplate;
import dev.therapyfit.hooks.card.CardTemplate.SuggestionTemplate;
import dev.therapyfit.hooks.chart.PrefetchTemplate;
import dev.therapyfit.hooks.request.Hook;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.PlanDefinition;
import org.hl7.fhir.r4.model.PlanDefinition.ActionSelectionBehavior;
import org.hl7.fhir.r4.model.PlanDefinition.PlanDefinitionActionComponent;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Plan definitions become services; what is wrong with one stops the start and says where. */
class ServiceCatalogTest {
    @Test
    void every_plan_definition_is_a_service_sorted_by_id() {
        assertThat(ToyContent.catalog().services())
                .extracting(CdsService::id)
                .containsExactly("toy-order-select", "toy-patient-view");
        assertThat(ToyContent.catalog().find("toy-order-select")).isPresent();
        assertThat(ToyContent.catalog().find("zz")).isEmpty();
    }

    @Test
    void a_service_says_what_the_plan_definition_says() {
        CdsService service = ToyContent.catalog().find("toy-order-select").orElseThrow();

        assertThat(service.hook()).isEqualTo(Hook.ORDER_SELECT);
        assertThat(service.title()).isEqualTo("Fit of hot drinks");
        assertThat(service.description()).isEqualTo("Says whether a hot drink fits.");
        assertThat(service.usageRequirements()).contains("For people who drink.");
        assertThat(service.prefetchKeys()).containsExactlyInAnyOrder("patient", "medicationRequest", "observation");
        assertThat(service.prefetch()).extracting(PrefetchTemplate::key).startsWith("patient");
        assertThat(service.triggers()).hasSize(2);
        assertThat(service.expressions()).containsExactlyInAnyOrder("Always", "Decision", "Has Order");
    }

    @Test
    void what_counts_only_where_it_is_sent_does_not_widen_what_is_asked_for() {
        Content whole = ToyContent.with(
                ToyContent.CQL,
                "define \"Is Thirsty\": exists \"Thirst Levels\"",
                "define \"Is Thirsty\": exists \"Thirst Levels\" or exists [Observation] or exists [Procedure]");
        Map<String, byte[]> files = new TreeMap<>(whole.filesUnder(""));
        files.computeIfPresent("input/resources/library/Toy.json", (file, bytes) -> new String(bytes, UTF_8)
                .replace("\"description\"", """
                        "dataRequirement": [
                          {"type": "Observation", "extension": [{"url": "%1$s", "valueBoolean": true}]},
                          {"type": "Procedure", "extension": [{"url": "%1$s", "valueBoolean": true}]}],
                        "description\"""".formatted(
                                "https://therapyfit.dev/fhir/StructureDefinition/only-if-sent"))
                .getBytes(UTF_8));

        assertThat(observations(whole).codes()).isEmpty();
        assertThat(observations(Content.of(files)).codes()).containsExactly(ToyContent.THINGS + "|thirst");
        assertThat(observations(Content.of(files)).onlyIfSent()).isFalse();
        assertThat(template(Content.of(files), "procedure").onlyIfSent()).isTrue();
    }

    private static PrefetchTemplate observations(Content content) {
        return template(content, "observation");
    }

    private static PrefetchTemplate template(Content content, String key) {
        return ServiceCatalog.of(content, CqlEvaluator.compile(content, "Toy"))
                .find("toy-order-select")
                .orElseThrow()
                .prefetch()
                .stream()
                .filter(template -> template.key().equals(key))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void a_card_says_what_the_action_says() {
        CardTemplate card = ToyContent.catalog()
                .find("toy-order-select")
                .orElseThrow()
                .cards()
                .get(0);

        assertThat(card)
                .isEqualTo(new CardTemplate(
                        List.of("Always"),
                        "Summary",
                        "Priority",
                        Optional.of("Detail"),
                        new Source("The book of toys", "https://toy.example/book"),
                        List.of(new LinkTemplate(new Link("Chapter 1", "https://toy.example/book/1", "absolute"))),
                        Optional.of("Why"),
                        Optional.empty(),
                        List.of(
                                new OverrideReason("too-late", ToyContent.THINGS, "It is too late"),
                                new OverrideReason("other", ToyContent.THINGS, "Something else"),
                                new OverrideReason("unnamed", ToyContent.THINGS, "unnamed")),
                        "at-most-one",
                        List.of(new SuggestionTemplate(
                                List.of("Has Order"),
                                "Suggest Cancel Label",
                                List.of(new ActionTemplate(
                                        "delete",
                                        "Cancel Description",
                                        Optional.empty(),
                                        Optional.of("Order Reference")))))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "\"name\": \"order-select\" ~ \"name\": \"zz-hook\" ~ action.trigger.name",
                "\"title\": \"Fit of hot drinks\", ~ '' ~ title",
                "\"description\": \"Says whether a hot drink fits.\", ~ '' ~ description",
                "\"type\": \"MedicationRequest\" ~ \"type\": \"Quantity\" ~ action.trigger.data",
                "\"path\": \"medication\" ~ \"path\": \"medicine\" ~ action.trigger.data",
                "\"path\": \"medication\", ~ '' ~ action.trigger.data",
                "ValueSet/hot-drink ~ ValueSet/cold-drink ~ action.trigger.data",
                "\"\\\"Always\\\"\" ~ \"\\\"Sometimes\\\"\" ~ Sometimes",
                "\"text/cql\", \"expression\": \"\\\"Always\\\"\" ~ \"text/fhirpath\", \"expression\": \"\\\"Always\\\"\" ~ action",
                "\"\\\"Always\\\"\" ~ \"Always\" ~ action",
                "\"path\": \"priority\" ~ \"path\": \"prioritee\" ~ priority",
                "\"path\": \"title\" ~ \"path\": \"titel\" ~ title",
                "\"code\": \"remove\" ~ \"code\": \"fire-event\" ~ action.type",
                "\"code\": \"remove\" ~ \"code\": \"create\" ~ resource",
                "\"path\": \"resourceId\" ~ \"path\": \"resource\" ~ resourceId",
                "\"selectionBehavior\": \"at-most-one\" ~ \"selectionBehavior\": \"all\" ~ selectionBehavior",
                "ValueSet/override-reason ~ ValueSet/zz-reason ~ override-reasons",
                "https://toy.example/book/1 ~ book/1 ~ absolute URL",
                "https://toy.example/book/1 ~ not a URL ~ absolute URL",
            })
    void what_is_wrong_with_a_plan_definition_is_told(String text, String replacement, String told) {
        assertThat(problems(ToyContent.with(ToyContent.ORDER_SELECT, text, replacement)))
                .isNotEmpty()
                .allSatisfy(problem -> assertThat(problem.file()).isEqualTo(ToyContent.ORDER_SELECT))
                .anySatisfy(problem -> assertThat(problem.toString()).contains(told));
    }

    @Test
    void the_source_may_have_an_icon_and_a_topic_and_a_link_may_launch_an_app() {
        Content content =
                ToyContent.with(ToyContent.ORDER_SELECT, "{ \"type\": \"citation\", \"label\": \"Chapter 1\",", """
                { "type": "citation", "label": "App", "extension": [
                    { "url": "https://therapyfit.dev/fhir/StructureDefinition/autolaunchable", "valueBoolean": true },
                    { "url": "https://therapyfit.dev/fhir/StructureDefinition/smart-app", "extension": [
                        { "url": "appContext", "valueExpression":
                            { "language": "text/cql", "expression": "\\"Detail\\"" } } ] } ],""");
        Content changed = ToyContent.changing(content, ToyContent.ORDER_SELECT, plan -> {
            plan.addTopic()
                    .addCoding()
                    .setSystem(ToyContent.THINGS)
                    .setCode("tea")
                    .setDisplay("Tea");
            plan.getActionFirstRep()
                    .getDocumentationFirstRep()
                    .setDocument(new Attachment().setContentType("image/png").setUrl("https://toy.example/book.png"));
        });

        CardTemplate card = ServiceCatalog.of(changed, ToyContent.EVALUATOR)
                .find("toy-order-select")
                .orElseThrow()
                .cards()
                .get(0);

        assertThat(card.source())
                .isEqualTo(new Source(
                        "The book of toys",
                        "https://toy.example/book",
                        "https://toy.example/book.png",
                        new Topic(ToyContent.THINGS, "tea", "Tea")));
        assertThat(card.links())
                .containsExactly(new LinkTemplate(
                        new Link("App", "https://toy.example/book/1", "smart", null, true), Optional.of("Detail")));
    }

    @ParameterizedTest
    @CsvSource({
        "image/png, book.png, action.documentation.document.url",
        "image/png, 'https://toy.example/a b.png', action.documentation.document.url",
        "image/svg+xml, https://toy.example/book.svg, action.documentation.document",
    })
    void an_icon_that_a_client_cannot_show_is_told(String type, String url, String place) {
        Content content = changing(plan -> plan.getActionFirstRep()
                .getDocumentationFirstRep()
                .setDocument(new Attachment().setContentType(type).setUrl(url)));

        assertThat(problems(content))
                .singleElement()
                .extracting(ContentProblem::message)
                .asString()
                .startsWith(place + ": ");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {"-, tea", "urn:things, -", "-, -"})
    void a_topic_without_system_or_code_is_told(@Nullable String system, @Nullable String code) {
        Content content = changing(plan -> plan.addTopic(new CodeableConcept().setText("Tea"))
                .getTopicFirstRep()
                .addCoding(new Coding(system, code, "Tea")));

        assertThat(problems(content))
                .singleElement()
                .extracting(ContentProblem::message)
                .asString()
                .startsWith("topic: ");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {"-, -", "all, -", "any, any", "at-most-one, at-most-one"})
    void a_suggestion_may_leave_the_choice_of_its_actions(@Nullable String declared, @Nullable String behavior) {
        Content content = changing(plan -> suggestion(plan).setSelectionBehavior(behavior(declared)));

        assertThat(ServiceCatalog.of(content, ToyContent.EVALUATOR)
                        .find("toy-order-select")
                        .orElseThrow()
                        .cards()
                        .get(0)
                        .suggestions()
                        .get(0)
                        .actionSelectionBehavior())
                .isEqualTo(Optional.ofNullable(behavior));
    }

    @ParameterizedTest
    @ValueSource(strings = {"exactly-one", "one-or-more", "all-or-none"})
    void a_choice_that_cds_hooks_does_not_know_is_told(String behavior) {
        Content ofActions = changing(plan -> suggestion(plan).setSelectionBehavior(behavior(behavior)));
        Content ofSuggestions = changing(plan -> plan.getActionFirstRep().setSelectionBehavior(behavior(behavior)));

        for (Content content : List.of(ofActions, ofSuggestions)) {
            assertThat(problems(content))
                    .singleElement()
                    .extracting(ContentProblem::message)
                    .asString()
                    .matches("action(.action)?.selectionBehavior: .*");
        }
    }

    private static Content changing(Consumer<PlanDefinition> change) {
        return ToyContent.changing(ToyContent.CONTENT, ToyContent.ORDER_SELECT, change);
    }

    private static PlanDefinitionActionComponent suggestion(PlanDefinition plan) {
        return plan.getActionFirstRep().getActionFirstRep();
    }

    private static @Nullable ActionSelectionBehavior behavior(@Nullable String code) {
        return code == null ? null : ActionSelectionBehavior.fromCode(code);
    }

    @Test
    void a_card_without_a_source_is_told() {
        Content content =
                changing(plan -> plan.getAction().get(0).getDocumentation().clear());

        assertThat(problems(content)).singleElement().satisfies(problem -> assertThat(problem.message())
                .startsWith("action.documentation: "));
    }

    @Test
    void every_problem_is_told_at_once() {
        Content content = ToyContent.changing(
                ToyContent.with(ToyContent.ORDER_SELECT, "\"path\": \"priority\"", "\"path\": \"zz\""),
                ToyContent.PATIENT_VIEW,
                plan -> plan.setTitle(null));

        assertThat(problems(content))
                .extracting(ContentProblem::file)
                .containsExactly(ToyContent.ORDER_SELECT, ToyContent.PATIENT_VIEW);
    }

    @Test
    void two_plan_definitions_of_one_name_are_told() {
        Content content = ToyContent.with(
                ToyContent.PATIENT_VIEW, "\"name\": \"toy-patient-view\"", "\"name\": \"toy-order-select\"");

        assertThat(problems(content)).singleElement().asString().contains("toy-order-select", "twice");
    }

    @Test
    void a_main_library_without_what_every_call_needs_is_told_at_the_start() {
        Content noDecision = ToyContent.with(ToyContent.CQL, "define \"Decision\":", "define \"Conclusion\":");
        assertThat(problems(noDecision, CqlEvaluator.compile(noDecision, "Toy")))
                .singleElement()
                .asString()
                .contains("Toy.cql", "\"Decision\"");

        Content noParameter = ToyContent.with(ToyContent.CQL, "\"Jurisdiction\"", "\"Place\"");
        assertThat(problems(noParameter, CqlEvaluator.compile(noParameter, "Toy")))
                .singleElement()
                .asString()
                .contains("Toy.cql", "parameter \"Jurisdiction\"");
    }

    @Test
    void the_main_library_says_how_far_back_a_type_is_needed() {
        CdsService service = ServiceCatalog.of(needing("""
                                {"type": "Observation", "dateFilter": [{"path": "effective",
                                 "valueDuration": {"value": 30, "system": "http://unitsofmeasure.org", "code": "d"}}]}
                                """), ToyContent.EVALUATOR)
                .find("toy-patient-view")
                .orElseThrow();

        assertThat(service.prefetchKeys())
                .containsExactlyInAnyOrder("patient", "medicationRequest", "recentObservation");
    }

    @Test
    void codes_of_a_requirement_without_a_date_are_needed_however_old() {
        Content content = needing("""
                {"type": "Observation", "codeFilter": [{"path": "code", "valueSet": "https://toy.example/ValueSet/old"}]},
                {"type": "Observation", "dateFilter": [{"path": "effective",
                 "valueDuration": {"value": 30, "code": "d"}}]}
                """);

        assertThat(problems(content)).singleElement().asString().contains("dataRequirement", "value set");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\": \"Observation\", \"dateFilter\": [{\"path\": \"effective\", "
                        + "\"valueDuration\": {\"value\": 1, \"code\": \"mo\"}}]}",
                "{\"type\": \"Observation\", \"dateFilter\": [{\"path\": \"effective\", "
                        + "\"valueDuration\": {\"value\": 0, \"code\": \"d\"}}]}",
                "{\"type\": \"Observation\", \"dateFilter\": [{\"path\": \"effective\", "
                        + "\"valueDuration\": {\"value\": 0.5, \"code\": \"d\"}}]}",
                "{\"type\": \"Observation\", \"dateFilter\": [{\"path\": \"effective\"}]}",
                "{\"type\": \"Condition\", \"dateFilter\": [{\"path\": \"onset\", "
                        + "\"valueDuration\": {\"value\": 1, \"code\": \"d\"}}]}",
            })
    void a_look_back_that_cannot_be_used_is_told(String requirement) {
        assertThat(problems(needing(requirement))).singleElement().asString().contains("dataRequirement", "days");
    }

    /** The toy content with a Library resource that says what it needs. */
    private static Content needing(String requirements) {
        String library = "{\"resourceType\": \"Library\", \"url\": \"https://toy.example/Library/Toy\", "
                + "\"name\": \"Toy\", \"version\": \"1.2.3\", \"dataRequirement\": [" + requirements + "]}";
        return ToyContent.and("input/resources/library/Toy.json", library);
    }

    private static List<ContentProblem> problems(Content content) {
        return problems(content, ToyContent.EVALUATOR);
    }

    private static List<ContentProblem> problems(Content content, CqlEvaluator evaluator) {
        ContentException failure =
                catchThrowableOfType(ContentException.class, () -> ServiceCatalog.of(content, evaluator));
        assertThat(failure).isNotNull();
        return failure.problems();
    }
}
