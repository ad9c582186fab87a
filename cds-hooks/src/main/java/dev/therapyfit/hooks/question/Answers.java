package dev.therapyfit.hooks.question;

import dev.therapyfit.cql.fhir.Element;
import dev.therapyfit.cql.fhir.FhirType;
import dev.therapyfit.cql.fhir.Primitive;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.hooks.question.Questionnaire.Item;
import dev.therapyfit.hooks.question.Questionnaire.Option;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Answers to one Questionnaire, and the FHIR resources that they become. */
public final class Answers {
    /** No exponent: a few characters of one write out as gigabytes. */
    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,7}([.,]\\d{1,4})?");

    private static final String CODING = "Coding";
    private static final String VALUE = "value";

    /** Decimals of a number that says nothing of them. */
    static final int MOST_PLACES = 4;

    private final Questionnaire of;
    private final Map<Item, List<Element>> given;
    private final Optional<LocalDate> day;

    private Answers(Questionnaire of, Map<Item, List<Element>> given, Optional<LocalDate> day) {
        this.of = of;
        this.given = given;
        this.day = day;
    }

    /** An answer that is none of those that can be given. */
    public static final class NotAnAnswer extends RuntimeException {
        private static final long serialVersionUID = 1L;

        /**
         * @param question the question
         * @param expected what an answer to it is
         */
        NotAnAnswer(String question, String expected) {
            super(question + " Expected " + expected + ".");
        }
    }

    /**
     * Takes what a form gave.
     *
     * @param fields values by {@link Item#field}; a question that is not there, or is empty, was not answered
     * @param today the last day on which something can have been found
     * @throws NotAnAnswer if a value can be none
     */
    public static Answers of(Questionnaire questionnaire, Map<String, List<String>> fields, LocalDate today) {
        Map<Item, List<Element>> given = new LinkedHashMap<>();
        for (Item item : questionnaire.items()) {
            List<String> values = fields.getOrDefault(item.field(questionnaire), List.of()).stream()
                    .map(String::strip)
                    .filter(value -> !value.isEmpty())
                    .distinct()
                    .limit(item.repeats() ? Long.MAX_VALUE : 1)
                    .toList();
            if (!values.isEmpty()) {
                given.put(
                        item, values.stream().map(value -> element(item, value)).toList());
            }
        }
        Optional<LocalDate> day = questionnaire.day().flatMap(asked -> Optional.ofNullable(
                        fields.get(asked.field(questionnaire)))
                .flatMap(values -> values.stream().findFirst())
                .filter(value -> !value.isBlank())
                .map(value -> day(asked, value, today)));
        return new Answers(questionnaire, given, day);
    }

    private static LocalDate day(Item asked, String value, LocalDate today) {
        try {
            LocalDate day = LocalDate.parse(value.strip());
            if (!day.isAfter(today)) {
                return day;
            }
        } catch (DateTimeException e) {
            // none
        }
        throw new NotAnAnswer(asked.text(), "a day such as 2026-01-31, not after " + today);
    }

    private static Element element(Item item, String value) {
        if (!item.options().isEmpty()) {
            return item.options().stream()
                    .filter(option -> option.code().equals(value))
                    .map(Option::coding)
                    .findFirst()
                    .orElseThrow(() -> new NotAnAnswer(item.text(), "one of its answers"));
        }
        if (NUMBER.matcher(value).matches()) {
            BigDecimal number = new BigDecimal(value.replace(',', '.'));
            if (item.least().filter(least -> number.compareTo(least) < 0).isEmpty()
                    && item.most().filter(most -> number.compareTo(most) > 0).isEmpty()
                    && number.stripTrailingZeros().scale() <= item.places()) {
                return decimal(number);
            }
        }
        throw new NotAnAnswer(
                item.text(),
                "a number"
                        + item.least().map(least -> " from " + least).orElse("")
                        + item.most().map(most -> " to " + most).orElse("")
                        + (item.places() < MOST_PLACES ? ", with at most " + item.places() + " decimal places" : ""));
    }

    /** The questions. */
    public Questionnaire questionnaire() {
        return of;
    }

    /** True if nothing was answered. */
    public boolean isEmpty() {
        return given.isEmpty();
    }

    /** What was answered, in words. */
    public List<String> words() {
        return given.entrySet().stream()
                .flatMap(answered -> answered.getValue().stream()
                        .map(value -> value.is(CODING)
                                ? new Option(value).display()
                                : value.text().orElse("")
                                        + answered.getKey()
                                                .unit()
                                                .map(unit ->
                                                        " " + unit.text("code").orElse(""))
                                                .orElse("")))
                .toList();
    }

    /**
     * The answers as a {@code QuestionnaireResponse}.
     *
     * @param patient reference of the patient, who is its source too if the answer is theirs
     * @param at when they were given
     */
    public Resource response(String patient, Instant at) {
        Resource response = Resource.of("QuestionnaireResponse")
                .with("questionnaire", of.url())
                .with("status", "completed")
                .with("subject", reference(patient))
                .with("authored", at.toString())
                .with(
                        "item",
                        given.entrySet().stream()
                                .map(answered -> Element.of("QuestionnaireResponse.Item")
                                        .with("linkId", answered.getKey().linkId())
                                        .with("text", answered.getKey().text())
                                        .with(
                                                "answer",
                                                answered.getValue().stream()
                                                        .map(value -> Element.of("QuestionnaireResponse.Item.Answer")
                                                                .with(VALUE, value))
                                                        .toList()))
                                .toList());
        Resource told = day.map(one -> response.adding(
                        "item",
                        Element.of("QuestionnaireResponse.Item")
                                .with("linkId", of.day().orElseThrow().linkId())
                                .with("text", of.day().orElseThrow().text())
                                .with(
                                        "answer",
                                        List.of(Element.of("QuestionnaireResponse.Item.Answer")
                                                .with(VALUE, new Primitive(FhirType.of("date"), one.toString()))))))
                .orElse(response);
        return of.asksPatient() ? told.with("source", List.of(reference(patient))) : told;
    }

    /**
     * The resources that they become: for each answer one.
     *
     * @param patient reference of the patient
     * @param at when they were given; what was found is of that time too, if no day was given for it
     */
    public List<Resource> resources(String patient, Instant at) {
        List<Resource> resources = new ArrayList<>();
        given.forEach((item, values) -> values.forEach(value -> resources.add(resource(item, value, patient, at))));
        return resources;
    }

    private Resource resource(Item item, Element answer, String patient, Instant at) {
        Resource resource = Resource.of(of.becomes()).with("subject", List.of(reference(patient)));
        for (Questionnaire.Fixed fixed : of.fixed()) {
            resource = resource.with(fixed.element(), fixed.value().text().orElse(""));
        }
        if (item.code().isEmpty()) {
            return resource.with(item.element(), List.of(concept(answer)));
        }
        Resource observation = resource.with("status", "final")
                .with("code", concept(item.code().get()))
                .with(
                        "effective",
                        new Primitive(
                                FhirType.of("dateTime"),
                                day.map(LocalDate::toString).orElseGet(at::toString)))
                .with("issued", at.toString())
                .with(VALUE, answer.is(CODING) ? concept(answer) : quantity(answer, item.unit()));
        return of.asksPatient() ? observation.with("performer", List.of(reference(patient))) : observation;
    }

    private static Element concept(Element coding) {
        return Element.of("CodeableConcept").with("coding", List.of(coding));
    }

    /** A number with its unit; without one it is a score. */
    private static Element quantity(Element number, Optional<Element> unit) {
        Element quantity = Element.of("Quantity").with(VALUE, List.of(number));
        String code = unit.flatMap(one -> one.text("code")).orElse("{score}");
        return quantity.with("unit", code)
                .with("system", "http://unitsofmeasure.org")
                .with("code", code);
    }

    private static Element decimal(BigDecimal number) {
        return new Primitive(FhirType.of("decimal"), number);
    }

    private static Element reference(String to) {
        return Element.of("Reference").with("reference", to);
    }
}
