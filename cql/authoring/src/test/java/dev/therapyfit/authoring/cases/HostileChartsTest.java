package dev.therapyfit.authoring.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.therapyfit.cql.evaluation.CqlEvaluator;
import dev.therapyfit.cql.evaluation.DataRequirement;
import dev.therapyfit.cql.fhir.Element;
import dev.therapyfit.cql.fhir.RandomResources;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.terminology.Terminology;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One small datum that is valid FHIR and kept a thread busy for minutes, or ended the call, changes no decision. */
@Timeout(120)
class HostileChartsTest {
    private static final CqlEvaluator EVALUATOR = WholeContent.EVALUATOR;
    private static final Case EXAMPLE = WholeContent.CASES.stream()
            .filter(one -> one.name().equals("all-open"))
            .findFirst()
            .orElseThrow();
    private static final Facts FACTS = Facts.of(EXAMPLE);

    static List<String> units() {
        return List.of(
                "10*999/L",
                "Ym99",
                "[pi]99",
                "10*1000000000",
                "10*-100000000",
                "10^999",
                "(".repeat(10_000) + "mg" + ")".repeat(10_000),
                "mg/".repeat(10_000) + "L");
    }

    @ParameterizedTest
    @MethodSource("units")
    void a_unit_that_cannot_be_worked_out(String unit) {
        Resource result = FACTS.observation(
                        "hostile",
                        Facts.LOINC,
                        "1988-5",
                        Facts.quantity("50", "mg/L").with("code", unit),
                        14)
                .with("effective", Facts.value("dateTime", "2026-06-01"));

        assertThat(outcome(result)).isEqualTo(outcome());
    }

    /** What EHRs write for "no end", and the first day of the calendar. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "9999-12-31",
                "9999-12",
                "9999",
                "9999-12-31T23:59:59Z",
                "9999-12-31T23:59:59-12:00",
                "0001-01-01T00:00:00+14:00",
                "0001-01-01"
            })
    void a_date_at_an_end_of_the_calendar(String date) {
        Element moment = Facts.value("dateTime", date);
        Resource condition = Resource.of("Condition")
                .with("id", "hostile")
                .with("code", Facts.concept(Facts.ICD, "M17.12"))
                .with("subject", Element.of("Reference").with("reference", "Patient/all-open"))
                .with("onset", moment)
                .with("recordedDate", moment)
                .with("abatement", moment);

        assertThat(outcome(condition)).isIn("msc-favoured", "insufficient-data", "both-acceptable");
    }

    static List<String> types() {
        return EVALUATOR.dataRequirements().stream().map(DataRequirement::type).toList();
    }

    /** The evaluation asks for each so many rows and comparisons whether somebody still waits. */
    @ParameterizedTest
    @MethodSource("types")
    void work_grows_as_a_type_does(String type) {
        int few = asked(type, 200) - asked(type, 0);
        int many = asked(type, 800) - asked(type, 0);

        assertThat(many).isLessThan(6 * few + 50);
    }

    private static int asked(String type, int resources) {
        DataRequirement requirement = EVALUATOR.dataRequirements().stream()
                .filter(one -> one.type().equals(type))
                .findFirst()
                .orElseThrow();
        List<Terminology.Code> codes = requirement.codes().isEmpty()
                ? List.of(new Terminology.Code(Facts.LOINC, "1988-5"))
                : List.copyOf(requirement.codes());
        RandomResources random = new RandomResources(new Random(resources), codes.subList(0, 1), EXAMPLE.at());
        List<Resource> chart = new ArrayList<>(EXAMPLE.resources());
        for (int i = 0; i < resources; i++) {
            chart.add(random.of(type, "r-" + i, "all-open"));
        }
        AtomicInteger asked = new AtomicInteger();
        EVALUATOR.evaluate(
                EXAMPLE.record(chart),
                EVALUATOR.expressions(),
                EXAMPLE.inputs(),
                EXAMPLE.at(),
                () -> asked.incrementAndGet() < 0);
        return asked.get();
    }

    private static String outcome(Resource... more) {
        List<Resource> resources = new ArrayList<>(EXAMPLE.resources());
        resources.addAll(List.of(more));
        return String.valueOf(EVALUATOR
                .evaluate(EXAMPLE.record(resources), List.of("Decision"), EXAMPLE.inputs(), EXAMPLE.at())
                .value("Decision", Map.class)
                .orElseThrow()
                .get("outcome"));
    }
}
