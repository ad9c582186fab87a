package dev.therapyfit.hooks.question;

import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.ContentException;
import dev.therapyfit.cql.content.ContentProblem;
import dev.therapyfit.cql.fhir.Element;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.hooks.question.Questionnaire.Fixed;
import dev.therapyfit.hooks.question.Questionnaire.Item;
import dev.therapyfit.hooks.question.Questionnaire.Option;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The Questionnaires of a content, by their canonical URLs. */
public final class Questionnaires {
    /** SDC: an answer becomes an Observation with the item's code. */
    static final String OBSERVATION =
            "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-observationExtract";

    /** SDC: answers become resources of this type, in the elements that the items define. */
    static final String CONTEXT =
            "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-itemExtractionContext";

    /** Who is asked, if it is not whoever fills it in. */
    static final String ANSWERED_BY = "https://therapyfit.dev/fhir/StructureDefinition/answered-by";

    private static final String FHIR = "http://hl7.org/fhir/StructureDefinition/";
    private static final String HIDDEN = FHIR + "questionnaire-hidden";
    private static final String UNIT = FHIR + "questionnaire-unit";
    private static final String LEAST = FHIR + "minValue";
    private static final String MOST = FHIR + "maxValue";
    private static final String PLACES = FHIR + "maxDecimalPlaces";
    private static final String EFFECTIVE = FHIR + "Observation#Observation.effective";
    private static final String VALUE = "value";

    private final Map<String, Questionnaire> byUrl;

    private Questionnaires(Map<String, Questionnaire> byUrl) {
        this.byUrl = byUrl;
    }

    /**
     * Reads them.
     *
     * @throws ContentException if one cannot be asked, or its answers would become nothing
     */
    public static Questionnaires of(Content content) {
        List<ContentProblem> problems = new ArrayList<>();
        Map<String, Questionnaire> byUrl = new LinkedHashMap<>();
        for (Resource resource : content.resources("Questionnaire")) {
            Reader reader = new Reader(content, resource);
            Questionnaire one = reader.read();
            problems.addAll(reader.problems);
            if (byUrl.put(one.url(), one) != null) {
                problems.add(content.problem(resource, "url", "url: " + one.url() + " is there twice"));
            }
        }
        if (!problems.isEmpty()) {
            throw new ContentException(problems);
        }
        return new Questionnaires(byUrl);
    }

    /** The one of a canonical URL. */
    public Optional<Questionnaire> find(String url) {
        return Optional.ofNullable(byUrl.get(url));
    }

    private static String text(Element element, String name) {
        return element.text(name).orElse("");
    }

    private static Optional<Element> extension(Element element, String url) {
        return element.extensions(url).findFirst().flatMap(one -> one.first(VALUE));
    }

    /** Reads one. */
    private static final class Reader {
        private final Content content;
        private final Resource resource;
        private final List<ContentProblem> problems = new ArrayList<>();

        Reader(Content content, Resource resource) {
            this.content = content;
            this.resource = resource;
        }

        Questionnaire read() {
            for (String needed : List.of("url", "title")) {
                if (!resource.has(needed)) {
                    problem("", "expected a " + needed);
                }
            }
            boolean isObservation = extension(resource, OBSERVATION)
                    .filter(value -> value.text().filter("true"::equals).isPresent())
                    .isPresent();
            String becomes = isObservation
                    ? "Observation"
                    : extension(resource, CONTEXT).flatMap(Element::text).orElse("");
            if (becomes.isEmpty()) {
                problem(
                        "",
                        "expected the extension " + OBSERVATION + " or " + CONTEXT + ", which say what answers become");
            }
            String help = "";
            Optional<Item> day = Optional.empty();
            List<Fixed> fixed = new ArrayList<>();
            List<Item> items = new ArrayList<>();
            List<Element> all = resource.all("item");
            for (int i = 0; i < all.size(); i++) {
                Element item = all.get(i);
                String path = "item[" + i + "]";
                if (item.hasText("type", "display")) {
                    help = text(item, "text");
                } else if (extension(item, HIDDEN).isPresent()) {
                    item.first("initial")
                            .flatMap(initial -> initial.first(VALUE))
                            .ifPresentOrElse(
                                    value -> fixed.add(new Fixed(element(item, becomes, path), value)),
                                    () -> problem(path, "expected an initial value of what is not shown"));
                } else if (isObservation && item.hasText("type", "date") && item.hasText("definition", EFFECTIVE)) {
                    day = Optional.of(asked(item, "effective", path));
                } else {
                    items.add(item(item, becomes, path));
                }
            }
            if (items.isEmpty()) {
                problem("", "expected an item that asks something");
            }
            String url = text(resource, "url");
            return new Questionnaire(
                    url,
                    url.substring(url.lastIndexOf('/') + 1),
                    text(resource, "title"),
                    text(resource, "copyright"),
                    extension(resource, ANSWERED_BY)
                            .flatMap(Element::text)
                            .filter("patient"::equals)
                            .isPresent(),
                    becomes,
                    help,
                    day,
                    List.copyOf(fixed),
                    List.copyOf(items));
        }

        private Item item(Element item, String becomes, String path) {
            boolean isObservation = becomes.equals("Observation");
            String type = text(item, "type");
            if (!type.equals("choice") && !type.equals("decimal")) {
                problem(path + ".type", "type: expected choice, decimal or display, got " + type);
            }
            if (type.equals("choice") && options(item).isEmpty()) {
                problem(path, "expected answerOption with valueCoding");
            }
            if (isObservation && !item.has("code")) {
                problem(path, "expected the code of the Observation that the answer becomes");
            }
            return asked(item, isObservation ? VALUE : element(item, becomes, path), path);
        }

        private Item asked(Element item, String element, String path) {
            if (!item.has("linkId") || !item.has("text")) {
                problem(path, "expected linkId and text");
            }
            return new Item(
                    text(item, "linkId"),
                    text(item, "text"),
                    element,
                    item.first("code"),
                    options(item),
                    item.hasText("repeats", "true"),
                    number(item, LEAST),
                    number(item, MOST),
                    number(item, PLACES).map(BigDecimal::intValue).orElse(Answers.MOST_PLACES),
                    extension(item, UNIT));
        }

        private static List<Option> options(Element item) {
            return item.all("answerOption").stream()
                    .flatMap(option -> option.first(VALUE).stream())
                    .filter(value -> value.is("Coding") && value.has("code"))
                    .map(Option::new)
                    .toList();
        }

        /** The element that an item defines, by the last part of its {@code definition}. */
        private String element(Element item, String becomes, String path) {
            String definition = text(item, "definition");
            String start = FHIR + becomes + "#" + becomes + ".";
            if (!definition.startsWith(start)
                    || Resource.of(becomes).type().child(definition.substring(start.length())) == null) {
                problem(path, "definition: expected " + start + " and an element");
                return "id";
            }
            return definition.substring(start.length());
        }

        private static Optional<BigDecimal> number(Element item, String url) {
            return extension(item, url).flatMap(Element::text).map(BigDecimal::new);
        }

        private void problem(String path, String message) {
            problems.add(content.problem(resource, path, message));
        }
    }
}
