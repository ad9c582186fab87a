package dev.therapyfit.authoring.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.StrictErrorHandler;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import dev.therapyfit.cql.evaluation.ExpressionResults;
import dev.therapyfit.cql.evaluation.Inputs;
import dev.therapyfit.cql.fhir.Element;
import dev.therapyfit.cql.fhir.Json;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.fhir.Written;
import dev.therapyfit.cql.record.Origin;
import dev.therapyfit.cql.record.PatientRecord;
import dev.therapyfit.cql.terminology.Terminology;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.CanonicalType;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.Expression;
import org.hl7.fhir.r4.model.Goal;
import org.hl7.fhir.r4.model.MedicationRequest;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.PlanDefinition;
import org.hl7.fhir.r4.model.PlanDefinition.PlanDefinitionActionComponent;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs every case of the content, and checks what must hold for all of them. */
class ContentCasesTest {
    private static final Content CONTENT = WholeContent.CONTENT;
    private static final CqlEvaluator EVALUATOR = WholeContent.EVALUATOR;
    private static final CqlEvaluator INDICATIONS = CqlEvaluator.compile(CONTENT, "TherapyFitIndications");
    private static final List<Case> CASES = WholeContent.CASES;
    /** Of the cases as they are, each evaluated once. */
    private static final Map<String, Map<?, ?>> DECISIONS = new ConcurrentHashMap<>();

    private static final Pattern FORBIDDEN = Pattern.compile(
            "\\b(proven|cures?|regenerates?|safe|best|superior|should receive|engrafts?)\\b", Pattern.CASE_INSENSITIVE);
    private static final int SUMMARY_LIMIT = 140;
    private static final int MOST_WORDS_OF_A_CARD = 150;

    @TestFactory
    Stream<DynamicNode> every_case_gives_its_expected_decision() {
        return CASES.stream()
                .map(example -> dynamicContainer(
                        example.name() + ": " + example.title(),
                        List.of(
                                dynamicTest("as expected", () -> assertThat(
                                                example.expected().differences(decision(example)))
                                        .isEmpty()),
                                dynamicTest("as the rules written twice", () -> assertRules(example)),
                                dynamicTest("texts of the cards", () -> assertTexts(example)),
                                dynamicTest("evidence is in the record", () -> assertEvidence(example)))));
    }

    @TestFactory
    Stream<DynamicNode> the_order_of_resources_does_not_matter() {
        return VariantsOfCases.share(CASES, 4, 1).stream()
                .map(example -> dynamicTest(example.name(), () -> assertOrderDoesNotMatter(example)));
    }

    @Test
    void a_few_cases_are_spread_over_all() {
        List<String> all = CASES.stream().map(Case::name).toList();

        List<String> few = Cases.some(CONTENT, 10).stream().map(Case::name).toList();

        assertThat(few).hasSize(10).isSubsetOf(all).contains(all.get(0));
        assertThat(all.indexOf(few.get(9))).isGreaterThan(all.size() * 8 / 10);
        assertThat(Cases.some(CONTENT, 100_000)).hasSameSizeAs(all);
    }

    @Test
    void the_cases_reach_every_state_of_every_criterion_and_every_outcome() {
        Set<String> criteria = new TreeSet<>();
        Set<String> outcomes = new TreeSet<>();
        Set<String> reasons = new TreeSet<>();
        for (Case example : CASES) {
            example.expected().states("criteria").forEach((id, state) -> criteria.add(id + " " + state));
            criteria.add("P " + example.expected().text("preference"));
            outcomes.add(example.expected().text("outcome"));
            reasons.add(example.expected().text("reason"));
        }
        Set<String> wanted = new TreeSet<>();
        for (String id : List.of("M1", "M2", "M3", "S1", "S2", "S3", "P")) {
            for (String state : List.of("met", "not-met", "unknown")) {
                wanted.add(id + " " + state);
            }
        }
        assertThat(criteria).containsAll(wanted).contains("M1 not-applicable", "M2 not-applicable");
        assertThat(outcomes)
                .containsExactlyInAnyOrder(
                        "msc-favoured",
                        "secretome-favoured",
                        "both-acceptable",
                        "sequential-or-combined",
                        "neither",
                        "insufficient-data");
        assertThat(reasons)
                .contains(
                        "",
                        "species-without-data",
                        "contraindicated",
                        "safety-data-not-read",
                        "no-recognised-indication",
                        "axes-unknown",
                        "msc-excluded",
                        "secretome-excluded",
                        "no-remaining-option",
                        "no-criterion-met",
                        "preference-conflict",
                        "preference-offsets-lead");
    }

    /** Where a gate is wrong it is wrong in one state, so each state that a gate can have must be shown by some case. */
    @Test
    void the_cases_reach_every_gate_in_the_states_it_can_have() {
        Map<String, Set<String>> states = new TreeMap<>();
        for (Case example : CASES) {
            for (Object gate : list(decision(example).get("gates"))) {
                states.computeIfAbsent(text(map(gate), "id"), id -> new TreeSet<>())
                        .add(text(map(gate), "state"));
            }
        }
        Set<String> never = Set.of("H3b triggered", "H4a triggered", "H7 not-recorded", "H6 clear");
        assertThat(states).hasSizeGreaterThan(20);
        states.forEach((id, reached) -> {
            assertThat(reached.contains("triggered") || never.contains(id + " triggered"))
                    .as(id + " triggered")
                    .isTrue();
            assertThat(reached.contains("not-recorded") || never.contains(id + " not-recorded") || reached.size() > 2)
                    .as(id + " not recorded")
                    .isTrue();
        });
    }

    @Test
    void what_has_a_code_of_no_list_is_counted_where_it_is_asked_about() {
        assertThat(list(decision(WholeContent.named("codes-of-no-list")).get("gates")))
                .filteredOn(gate -> text(map(gate), "id").equals("P8"))
                .singleElement()
                .satisfies(gate -> assertThat(text(map(gate), "why"))
                        .contains("anticoagulation (1 drug in use is not in the list here)")
                        .contains("INR (1 result has a code that no rule reads)"));
    }

    /** Approval is a matter of product, label, species and place; it is shown beside the criteria and never counted. */
    @Test
    void approval_follows_product_label_species_and_place() {
        assertThat(summary("o3"))
                .startsWith("Ryoncil fits its label (age, disease); check allergy")
                .doesNotContain("pproved");
        assertThat(summary("p7a-label")).endsWith("Ryoncil: approved (US), fit not known.");
        assertThat(summary("unread-approval")).endsWith("Ryoncil: approved (US), fit not known.");
        assertThat(summary("unread-goal-two-diseases")).endsWith("Approval to be checked (US).");
        assertThat(detail("erep-temcell")).contains("Temcell HS fits its label by age and disease; check allergy");
        assertThat(summary("p10-first")).endsWith("DogStem: approved (EU), fit not known.");
        assertThat(summary("o4")).endsWith("DogStem: approved (EU), fit not known.");
        assertThat(summary("o5")).endsWith("Not approved (US).");
        assertThat(regulatory("o4")).contains("approved").contains("CVMP positive opinion 2022-06-15");
        assertThat(regulatory("gvhd-adult")).doesNotContain("status=approved").contains("paediatric only");
        assertThat(regulatory("crohn-eu")).contains("withdrawn").contains("2024-12-13");
        assertThat(regulatory("cord-japan")).contains("conditional");
    }

    private static String summary(String name) {
        return results(name, "Card Summary").value("Card Summary", String.class).orElseThrow();
    }

    private static String regulatory(String name) {
        return String.valueOf(decision(WholeContent.named(name)).get("regulatory"));
    }

    @Test
    void the_plan_definitions_name_expressions_and_value_sets_that_exist() {
        assertThat(CONTENT.planDefinitions()).hasSize(3);
        Set<String> named = new HashSet<>();
        for (Resource read : CONTENT.planDefinitions()) {
            PlanDefinition plan = Written.written(read, PlanDefinition.class);
            assertThat(plan.getName()).isEqualTo(plan.getIdElement().getIdPart());
            assertThat(plan.getUsage()).isNotBlank();
            assertThat(plan.getTopicFirstRep().getCodingFirstRep().getCode())
                    .as("the topic of its cards, by which an override holds")
                    .isEqualTo("regenerative-therapy-fit");
            assertThat(plan.getLibrary())
                    .extracting(CanonicalType::getValue)
                    .containsExactly("https://therapyfit.dev/fhir/Library/TherapyFit");
            plan.getAction().forEach(action -> collect(action, named));
        }
        assertThat(EVALUATOR.expressions()).containsAll(named);
        assertThat(named).contains("Card Summary", "Card Detail", "Switched Order");
    }

    private static void collect(PlanDefinitionActionComponent action, Set<String> named) {
        action.getCondition().forEach(condition -> named.add(name(condition.getExpression())));
        action.getDynamicValue().forEach(value -> named.add(name(value.getExpression())));
        action.getTrigger().forEach(trigger -> trigger.getData().forEach(data -> data.getCodeFilter()
                .forEach(filter -> assertThat(EVALUATOR.terminology().defines(filter.getValueSet()))
                        .as(filter.getValueSet())
                        .isTrue())));
        action.getAction().forEach(nested -> collect(nested, named));
    }

    private static String name(Expression expression) {
        assertThat(expression.getLanguage()).as("of R4's required codes").isEqualTo("text/cql");
        assertThat(expression.getExpression()).startsWith("\"").endsWith("\"");
        return expression.getExpression().replace("\"", "");
    }

    @Test
    void the_content_holds_no_forbidden_word() {
        for (String prefix : List.of("input/cql/TherapyFitEvidence", "input/resources/plandefinition/")) {
            CONTENT.filesUnder(prefix).forEach((path, bytes) -> assertThat(new String(bytes, StandardCharsets.UTF_8))
                    .as(path)
                    .doesNotContainPattern(FORBIDDEN));
        }
        assertThat("This is the best and SAFE").containsPattern(FORBIDDEN);
        assertThat("safety-priority").doesNotContainPattern(FORBIDDEN);
    }

    @Test
    void only_codes_and_enumerable_value_sets_are_asked_of_observations() {
        assertThat(EVALUATOR.dataRequirements())
                .filteredOn(requirement -> requirement.type().equals("Observation"))
                .singleElement()
                .satisfies(requirement -> {
                    assertThat(requirement.codes())
                            .contains(
                                    new Terminology.Code("http://loinc.org", "30522-7"),
                                    new Terminology.Code("http://loinc.org", "82810-3"));
                });
    }

    /**
     * Whether a problem is understood, and which result replaces which, is decided in one place each: a set that a rule
     * reads has to be there.
     */
    @Test
    void every_set_that_a_rule_reads_is_among_those_that_are_understood() {
        Pattern declared = Pattern.compile("valueset \"([^\"]+)\": '([^']+)'");
        Pattern retrieved = Pattern.compile("\\[(Condition|Observation): \"([^\"]+)\"]");
        Map<String, Set<String>> understood =
                Map.of("Condition", imports("problem-understood"), "Observation", imports("observation-read"));
        Set<String> missing = new TreeSet<>();
        Map<String, Set<String>> read = new TreeMap<>();
        CONTENT.filesUnder("input/cql/").forEach((path, bytes) -> {
            String text = new String(bytes, StandardCharsets.UTF_8);
            Map<String, String> sets = new HashMap<>();
            declared.matcher(text).results().forEach(match -> sets.put(match.group(1), match.group(2)));
            retrieved.matcher(text).results().forEach(match -> {
                String set = sets.get(match.group(2));
                if (set != null && !set.endsWith("-understood") && !set.endsWith("-read")) {
                    read.computeIfAbsent(match.group(1), key -> new TreeSet<>()).add(set);
                    if (!understood.getOrDefault(match.group(1), Set.of()).contains(set)) {
                        missing.add(path + ": " + set);
                    }
                }
            });
        });
        assertThat(read.get("Condition")).hasSizeGreaterThan(50);
        assertThat(read.get("Observation")).hasSizeGreaterThan(5);
        assertThat(missing).isEmpty();
    }

    /** What nobody reads misleads whoever changes it. */
    @Test
    void every_value_set_is_read_by_a_rule_a_service_or_a_map() {
        StringBuilder readers = new StringBuilder();
        for (String prefix : List.of("input/cql/", "input/resources/", "input/vocabulary/conceptmap/")) {
            CONTENT.filesUnder(prefix)
                    .forEach((path, bytes) -> readers.append(new String(bytes, StandardCharsets.UTF_8)));
        }
        Set<String> read = new HashSet<>();
        List<String> next = Pattern.compile("https://therapyfit\\.dev/fhir/ValueSet/[a-z0-9-]+")
                .matcher(readers)
                .results()
                .map(MatchResult::group)
                .distinct()
                .toList();
        while (!next.isEmpty()) {
            next = next.stream()
                    .filter(read::add)
                    .flatMap(url -> imports(url.substring(url.lastIndexOf('/') + 1)).stream())
                    .toList();
        }
        assertThat(CONTENT.valueSets())
                .hasSizeGreaterThan(100)
                .allMatch(set -> read.contains(set.text("url").orElseThrow()));
    }

    private static Set<String> imports(String id) {
        return CONTENT.valueSets().stream()
                .filter(set -> set.text("url").orElseThrow().endsWith("/" + id))
                .flatMap(set -> Terminology.sets(set, "include").stream())
                .flatMap(include -> include.all("valueSet").stream())
                .map(canonical -> canonical.text().orElseThrow())
                .collect(Collectors.toSet());
    }

    @Test
    void a_selection_limits_what_counts_as_the_order() {
        Case example = WholeContent.named("two-orders");
        PatientRecord record = example.record();
        for (String suffix : List.of("order-1", "order-2")) {
            String reference = "MedicationRequest/two-orders-" + suffix;
            Map<?, ?> decision = EVALUATOR
                    .evaluate(record, List.of("Decision"), new Inputs("US", List.of(reference)), example.at())
                    .value("Decision", Map.class)
                    .orElseThrow();
            assertThat(map(decision.get("order")).get("reference")).isEqualTo(reference);
        }
    }

    @Test
    void cards_appear_and_rank_as_the_policy_says() {
        assertCard("o1", true, true, "urgent");
        assertCard("o9", true, true, "stat");
        assertCard("h1x-history", true, true, "urgent");
        assertCard("h4-dmso", true, true, "stat");
        assertCard("order-differs", true, true, "urgent");
        assertCard("all-open", true, true, "urgent");
        assertCard("sign-silent", true, false, "routine");
        assertCard("no-order", false, false, "urgent");
    }

    private static void assertCard(String name, boolean select, boolean sign, String rank) {
        ExpressionResults results = results(
                name,
                "Order Select Card Applies",
                "Order Sign Card Applies",
                "Order Select Priority",
                "Order Sign Priority",
                "Patient View Priority");
        assertThat(results.value("Order Select Card Applies")).as(name).contains(select);
        assertThat(results.value("Order Sign Card Applies")).as(name).contains(sign);
        assertThat(results.value("Order Select Priority")).as(name).contains(rank);
        assertThat(results.value("Order Sign Priority")).as(name).contains(rank);
        assertThat(results.value("Patient View Priority")).as(name).contains("routine");
    }

    @Test
    void summaries_name_the_counts_and_the_approval() {
        assertThat(summary("o1"))
                .isEqualTo("Article criteria: MSC 2 of 2 that apply, secretome 0 of 3. Trials of MSC: mixed."
                        + " Not approved (US).");
        assertThat(summary("o2"))
                .isEqualTo("Article criteria: secretome 3 of 3, MSC 0 of 2 that apply. Trials of secretome: negative."
                        + " Not approved (US).");
        assertThat(summary("o9")).isEqualTo("Stop: malignancy (onset 2026-01-15). Neither modality.");
        assertThat(summary("jurisdiction-korea")).endsWith("Cartistem: approved (KR), fit not known.");
        assertThat(summary("jurisdiction-other")).endsWith("Approvals are not known (XX).");
    }

    @Test
    void what_could_not_be_read_is_said_on_the_card() {
        assertThat(summary("unread-allergy"))
                .isEqualTo("Safety not checked: allergies not read. Not approved (US). Trials of MSC: mixed.");
        assertThat(summary("unread-all"))
                .startsWith("Safety not checked: allergies and conditions not read.")
                .endsWith("Approval to be checked (US).");
        assertThat(summary("unread-allergy-dmso")).contains("MSC ruled out.");
        assertThat(summary("unread-condition-first-page-cancer")).startsWith("Stop: malignancy");
        assertThat(detail("unread-several")).contains("Not read, so not checked: consents, goals, procedures.");
        assertThat(detail("unread-all")).contains("The safety checks cannot be made");
        assertThat(detail("o1")).doesNotContain("Not read");
        assertCard("unread-consent", true, true, "urgent");
        assertCard("unread-allergy-dmso", true, true, "stat");
    }

    @Test
    void without_the_conditions_an_opened_chart_gets_a_card_that_says_so() {
        assertThat(results("unread-condition", "Patient View Card Applies").value("Patient View Card Applies"))
                .contains(true);
        assertThat(results("unread-observation-crohn", "Patient View Card Applies")
                        .value("Patient View Card Applies"))
                .contains(false);
    }

    @Test
    void what_was_not_read_is_not_suggested_to_be_ordered() {
        ExpressionResults open = results("all-open", "Suggests Stage", "Suggests Objective");
        assertThat(open.value("Suggests Stage")).contains(true);
        assertThat(open.value("Suggests Objective")).contains(true);
        Case example = WholeContent.named("all-open");
        ExpressionResults results = EVALUATOR.evaluate(
                recordWithout(example, "Goal", "Observation"),
                List.of("Suggests Stage", "Suggests Marker", "Suggests Objective"),
                example.inputs(),
                example.at());
        assertThat(results.value("Suggests Stage")).contains(false);
        assertThat(results.value("Suggests Marker")).contains(false);
        assertThat(results.value("Suggests Objective")).contains(false);
    }

    @ParameterizedTest
    @CsvSource({"draft, false", "active, false", "revoked, true"})
    void what_is_requested_already_is_not_suggested_again(String status, boolean isSuggested) {
        Case example = WholeContent.named("all-open");
        Resource suggested = results("all-open", "Suggested Stage Request")
                .value("Suggested Stage Request", Resource.class)
                .orElseThrow()
                .with("id", "asked")
                .with("status", status);
        PatientRecord.Builder record = PatientRecord.builder();
        example.resources().forEach(resource -> record.add(resource, example.origin(resource)));
        ExpressionResults results = EVALUATOR.evaluate(
                record.add(suggested, Origin.CONTEXT).build(),
                List.of("Suggests Stage", "Suggests Marker"),
                example.inputs(),
                example.at());

        assertThat(results.value("Suggests Stage")).contains(isSuggested);
        assertThat(results.value("Suggests Marker"))
                .as("one test is asked for, not two")
                .contains(false);
    }

    private static PatientRecord recordWithout(Case example, String... unread) {
        PatientRecord.Builder record = PatientRecord.builder();
        example.resources().forEach(resource -> record.add(resource, example.origin(resource)));
        List.of(unread).forEach(type -> record.addIncomplete(type, "taken away"));
        return record.build();
    }

    private static String detail(String name) {
        return results(name, "Card Detail").value("Card Detail", String.class).orElseThrow();
    }

    @Test
    void a_high_hs_crp_is_noted_as_a_possible_passing_infection() {
        assertThat(String.valueOf(
                        decision(WholeContent.named("hscrp-intercurrent")).get("conflicts")))
                .contains("passing infection");
        assertThat(list(decision(WholeContent.named("hscrp-10")).get("conflicts")))
                .isEmpty();
    }

    @Test
    void an_old_check_of_the_regulatory_status_is_said_to_be_old() {
        Case example = WholeContent.named("o3");
        Instant checked = Instant.parse("2026-11-24T12:00:00Z");
        for (int days : List.of(180, 181)) {
            String detail = EVALUATOR
                    .evaluate(
                            example.record(),
                            List.of("Decision"),
                            example.inputs(),
                            checked.plus(Duration.ofDays(days)))
                    .value("Decision")
                    .orElseThrow()
                    .toString();
            assertThat(detail.contains("over 180 days ago")).isEqualTo(days > 180);
        }
    }

    @Test
    void suggestions_complete_data_switch_or_remove() {
        ExpressionResults open =
                results("all-open", "Suggests Stage", "Suggests Marker", "Suggests Objective", "Suggests Switch");
        assertThat(open.value("Suggests Stage")).contains(true);
        assertThat(open.value("Suggests Marker")).contains(false);
        assertThat(open.value("Suggests Objective")).contains(true);
        assertThat(open.value("Suggests Switch")).contains(false);
        ExpressionResults other = results("order-differs", "Suggests Switch", "Switched Order", "Order Reference");
        assertThat(other.value("Suggests Switch"))
                .as("MSC is not approved here")
                .contains(false);
        assertThat(other.value("Order Reference")).contains("MedicationRequest/order-differs-order");
        assertThat(order(other, "Switched Order", MedicationRequest.class)).hasValueSatisfying(order -> {
            assertThat(order.getMedicationCodeableConcept().getCodingFirstRep().getCode())
                    .isEqualTo("msc");
            assertThat(order.getIdElement().getIdPart()).as("an update of it").isEqualTo("order-differs-order");
            assertThat(order.getSubject().getReference()).isNotBlank();
        });
        assertThat(order(results("order-differs", "Added Order"), "Added Order", MedicationRequest.class))
                .hasValueSatisfying(order -> assertThat(order.hasId()).isFalse());
        ExpressionResults sequence = results("o5", "Suggests Follow-On", "Suggest Follow-On Label", "Suggests Switch");
        assertThat(sequence.value("Suggests Follow-On"))
                .as("secretome is not approved here")
                .contains(false);
        assertThat(sequence.value("Suggest Follow-On Label")).contains("Option: add a draft of MSC");
        assertThat(sequence.value("Suggests Switch")).contains(false);
        assertThat(results("all-open", "Suggest Stage Label", "Suggest Marker Label")
                        .value("Suggest Stage Label"))
                .contains("Add: request Kellgren-Lawrence grade");
        assertThat(results("o7", "Suggest Stage Label").value("Suggest Stage Label"))
                .contains("Add: request Stage of tendinopathy");
        assertThat(results("o5", "Suggest Marker Label").value("Suggest Marker Label"))
                .contains("Add: request faecal calprotectin");
        assertThat(order(results("service-request", "Switched Order"), "Switched Order", ServiceRequest.class))
                .isPresent();
        assertThat(results("o9", "Suggests Removal").value("Suggests Removal")).contains(true);
        assertThat(results("h4-dmso", "Suggests Removal").value("Suggests Removal"))
                .contains(true);
    }

    private static <T extends org.hl7.fhir.r4.model.Resource> Optional<T> order(
            ExpressionResults results, String expression, Class<T> type) {
        return results.value(expression, Resource.class).map(order -> Written.written(order, type));
    }

    @Test
    void text_of_the_record_never_reaches_a_card() {
        String poison = "[click](http://evil.example) | <b>x</b>";
        Case example = WholeContent.named("o1");
        List<Resource> resources = new ArrayList<>();
        for (Resource resource : example.resources()) {
            var copy = Written.written(resource);
            if (copy instanceof Condition condition) {
                condition.getCode().setText(poison);
                condition.getCode().getCodingFirstRep().setDisplay(poison);
            }
            if (copy instanceof Observation observation) {
                observation.setId("x|" + poison);
                observation.getCode().setText(poison);
                if (observation.hasValueQuantity()) {
                    observation.getValueQuantity().setUnit(poison);
                }
            }
            if (copy instanceof Goal goal) {
                goal.getDescription().setText(poison);
            }
            resources.add(Written.read(copy));
        }
        List<String> names = EVALUATOR.expressions().stream()
                .filter(name -> name.startsWith("Card ") || name.startsWith("Suggest "))
                .toList();
        ExpressionResults results =
                EVALUATOR.evaluate(example.record(resources), names, example.inputs(), example.at());
        for (String name : names) {
            assertThat(results.value(name, String.class).orElseThrow())
                    .as(name)
                    .doesNotContain("evil")
                    .doesNotContain("<b>");
        }
        assertThat(results.value("Card Detail", String.class).orElseThrow()).contains("Kellgren-Lawrence grade 4");
    }

    private static ExpressionResults results(String name, String... expressions) {
        Case example = WholeContent.named(name);
        return EVALUATOR.evaluate(example.record(), List.of(expressions), example.inputs(), example.at());
    }

    private static Map<?, ?> decision(Case example) {
        return DECISIONS.computeIfAbsent(example.name(), name -> decision(example, example.record()));
    }

    private static Map<?, ?> decision(Case example, PatientRecord record) {
        return EVALUATOR
                .evaluate(record, List.of("Decision"), example.inputs(), example.at())
                .value("Decision", Map.class)
                .orElseThrow();
    }

    private static void assertRules(Case example) {
        Map<?, ?> decision = decision(example);
        Map<String, String> states = new HashMap<>();
        for (Object criterion : list(decision.get("criteria"))) {
            states.put(text(map(criterion), "id"), text(map(criterion), "state"));
        }
        states.put("P", text(map(decision.get("preference")), "state"));
        Set<String> axes = new HashSet<>();
        for (Object axis : list(decision.get("axes"))) {
            if (Boolean.TRUE.equals(map(axis).get("known"))) {
                axes.add(text(map(axis), "id"));
            }
        }
        Set<String> excluded = new HashSet<>();
        boolean species = true;
        for (Object entry : list(decision.get("gates"))) {
            Map<?, ?> gate = map(entry);
            if (text(gate, "state").equals("triggered") && text(gate, "effect").equals("hard")) {
                list(gate.get("modalities")).forEach(modality -> excluded.add(String.valueOf(modality)));
                species &= !text(gate, "id").equals("H7");
            }
        }
        boolean indication = INDICATIONS
                .evaluate(example.record(), List.of("Indication"), example.inputs(), example.at())
                .value("Indication")
                .isPresent();
        boolean gatesChecked =
                !example.unread().contains("Condition") && !example.unread().contains("AllergyIntolerance");
        OutcomeOracle oracle = new OutcomeOracle(species, gatesChecked, indication, excluded, axes);
        OutcomeOracle.Answer answer = oracle.decide(states);
        assertThat(decision.get("outcome")).isEqualTo(answer.outcome());
        assertThat(decision.get("reason")).isEqualTo(answer.reason());
        assertThat(decision.get("deciding")).isEqualTo(oracle.deciding(states));
        assertThat(decision.get("provisional"))
                .isEqualTo(!oracle.deciding(states).isEmpty());
        assertThat(String.valueOf(list(decision.get("summary")).get(0)).matches("Contraindicated: \\p{Alnum}.*"))
                .as("what rules a therapy out is said first")
                .isEqualTo(!excluded.isEmpty());
        assertThat(list(decision.get("whatIf")).stream().map(row -> (Object) map(row)))
                .isEqualTo(oracle.deciding(states).stream()
                        .map(criterion -> (Object) Map.of(
                                "criterion",
                                criterion,
                                "settledBy",
                                settledBy(decision, criterion),
                                "ifMet",
                                List.copyOf(oracle.possible(states, criterion, true)),
                                "ifNotMet",
                                List.copyOf(oracle.possible(states, criterion, false))))
                        .toList());
    }

    /** The content's own words, which are there. */
    private static String settledBy(Map<?, ?> decision, String criterion) {
        String words = list(decision.get("whatIf")).stream()
                .filter(row -> text(map(row), "criterion").equals(criterion))
                .map(row -> text(map(row), "settledBy"))
                .findFirst()
                .orElse("");
        assertThat(words).isNotBlank();
        return words;
    }

    /** True if one of the checks whose id begins so found something. */
    private static boolean isRaised(Case example, String id) {
        return list(decision(example).get("gates")).stream()
                .map(gate -> map(gate))
                .filter(gate -> text(gate, "id").startsWith(id))
                .anyMatch(gate -> List.of("triggered", "unconfirmed").contains(text(gate, "state")));
    }

    private static void assertOrderDoesNotMatter(Case example) {
        Map<?, ?> given = decision(example);
        List<Resource> resources = new ArrayList<>(example.resources());
        Collections.shuffle(resources, new Random(7));
        assertThat(decision(example, example.record(resources))).isEqualTo(given);
    }

    private static void assertTexts(Case example) {
        List<String> names = EVALUATOR.expressions().stream()
                .filter(name -> !name.equals("Patient") && !name.equals("Decision"))
                .sorted()
                .toList();
        ExpressionResults results = EVALUATOR.evaluate(example.record(), names, example.inputs(), example.at());
        for (String name : names) {
            results.value(name).ifPresent(value -> {
                if (value instanceof String text) {
                    assertThat(text).as(name).doesNotContainPattern(FORBIDDEN).doesNotContain("null");
                }
                if (value instanceof Resource resource) {
                    assertReadable(resource);
                }
            });
        }
        assertThat(results.value("Card Summary", String.class).orElseThrow().length())
                .isLessThan(SUMMARY_LIMIT);
        String detail = results.value("Card Detail", String.class).orElseThrow();
        assertThat(detail).doesNotContain("|", "Observation/", "Condition/");
        assertThat(detail.split("\\s+")).as(detail).hasSizeLessThanOrEqualTo(MOST_WORDS_OF_A_CARD);
        assertThat(detail.lines().filter(line -> line.startsWith("Please confirm, not in the record")))
                .as("what was not read, or is said by a check, is not said to be absent")
                .noneMatch(line -> (line.contains("no cancer")
                                && (example.unread().contains("Condition") || isRaised(example, "H1")))
                        || (line.contains("no infection")
                                && (example.unread().contains("Condition") || isRaised(example, "H2"))));
        assertThat(decision(example).toString())
                .doesNotContainPattern(FORBIDDEN)
                .doesNotContain("why=.");
    }

    private static void assertReadable(Resource resource) {
        var parser = FhirContext.forR4Cached().newJsonParser().setParserErrorHandler(new StrictErrorHandler());
        Element read = Written.read((Base) parser.parseResource(Json.of(resource)));
        assertThat(read).isEqualTo(resource);
        assertThat(read.has("subject")).isTrue();
    }

    private static void assertEvidence(Case example) {
        PatientRecord record = example.record();
        Map<?, ?> decision = decision(example);
        for (String part : List.of("criteria", "axes", "gates")) {
            for (Object entry : list(decision.get(part))) {
                for (Object reference : list(map(entry).get("evidence"))) {
                    assertThat(record.find(String.valueOf(reference)))
                            .as(String.valueOf(reference))
                            .isPresent();
                }
            }
        }
        for (Object entry : list(decision.get("leftOut"))) {
            assertThat(record.find(text(map(entry), "reference"))).isPresent();
        }
    }

    private static Map<?, ?> map(@Nullable Object value) {
        assertThat(value).isInstanceOf(Map.class);
        return (Map<?, ?>) Objects.requireNonNull(value);
    }

    private static List<?> list(@Nullable Object value) {
        assertThat(value).isInstanceOf(List.class);
        return (List<?>) Objects.requireNonNull(value);
    }

    private static String text(Map<?, ?> map, String key) {
        return String.valueOf(map.get(key));
    }
}
