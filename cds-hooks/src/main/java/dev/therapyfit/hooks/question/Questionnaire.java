package dev.therapyfit.hooks.question;

import dev.therapyfit.cql.fhir.Element;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/**
 * A FHIR Questionnaire of the content, as far as it is asked here: one screen.
 *
 * @param url its canonical URL
 * @param id its name in forms
 * @param title what is asked for
 * @param source where its scale comes from
 * @param asksPatient true if the answer is the patient's own, or for an animal its owner's
 * @param becomes type of the resources that its answers become
 * @param help what helps to answer; empty if nothing does
 * @param day asks on which day an Observation was made; empty: when it is answered
 * @param fixed values that each of these resources has besides, by the name of their element
 * @param items the questions
 */
public record Questionnaire(
        String url,
        String id,
        String title,
        String source,
        boolean asksPatient,
        String becomes,
        String help,
        Optional<Item> day,
        List<Fixed> fixed,
        List<Item> items) {
    /** A value that is not asked for. */
    public record Fixed(String element, Element value) {}

    /**
     * One question.
     *
     * @param linkId its id in the Questionnaire
     * @param text the question
     * @param element the element that holds the answer
     * @param code the Coding of an Observation that is answered; empty for other resources
     * @param options what can be chosen; none: a number is asked for
     * @param repeats true if several can be chosen
     * @param least the least number
     * @param most the greatest number
     * @param places how many decimals the number has at most
     * @param unit the number's unit, a Coding of UCUM
     */
    public record Item(
            String linkId,
            String text,
            String element,
            Optional<Element> code,
            List<Option> options,
            boolean repeats,
            Optional<BigDecimal> least,
            Optional<BigDecimal> most,
            int places,
            Optional<Element> unit) {
        /** Its name in a form, beside those of other Questionnaires. */
        public String field(Questionnaire of) {
            return of.id() + "." + linkId;
        }
    }

    /** A Coding that can be chosen. */
    public record Option(Element coding) {
        /** Its code, which is its value in a form. */
        public String code() {
            return coding.text("code").orElse("");
        }

        /** What is read of it. */
        public String display() {
            return coding.text("display").orElse(code());
        }
    }
}
