package dev.therapyfit.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.therapyfit.authoring.cases.Case;
import dev.therapyfit.authoring.cases.Cases;
import dev.therapyfit.cql.fhir.Written;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.commonmark.ext.autolink.AutolinkExtension;
import org.commonmark.ext.gfm.strikethrough.StrikethroughExtension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.HtmlInline;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.parser.Parser;
import org.hl7.fhir.r4.model.Annotation;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.HumanName;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.MedicationRequest;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Property;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Whatever a chart holds, a card stays what its content wrote: no words of the patient's data change its Markdown. */
class MarkdownTest {
    private static final Parser GITHUB = Parser.builder()
            .extensions(List.of(AutolinkExtension.create(), StrikethroughExtension.create(), TablesExtension.create()))
            .build();

    private static final List<Case> CASES = Cases.of(Line.CONTENT);

    /** Of all cases those that differ in what a card shows, so that every part of it is filled by some. */
    private static final List<String> SHOWN = List.of(
            "o1", "o2", "o3", "o5", "o7", "o8", "o9", "o11", "o12", "all-open", "h5-procedure", "unread-several");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<img src=x onerror=alert(1)>",
                "<script>alert(1)</script>",
                "[click](javascript:alert(1))",
                "![x](https://evil.example/p.png)",
                "https://evil.example/?q=",
                "www.evil.example",
                "evil@evil.example",
                "x | y | z\n| --- |",
                "\n\n# Heading\n\n- list\n\n> quote\n\n```\ncode\n",
                "`code` **bold** ~~gone~~ \\ & &lt;",
                "\u202Ereversed \u0000 \uFEFF"
            })
    void words_of_the_chart_do_not_reach_a_card(String hostile) {
        for (String name : SHOWN) {
            Case example = CASES.stream()
                    .filter(one -> one.name().equals(name))
                    .findFirst()
                    .orElseThrow();
            for (String hook : Line.HOOKS) {
                JsonNode harmless =
                        Line.answer(hook, filled(example, "harmless")).get("cards");
                JsonNode answer = Line.answer(hook, filled(example, hostile)).get("cards");

                assertThat(answer.size()).isEqualTo(harmless.size());
                for (int i = 0; i < answer.size(); i++) {
                    assertSame(answer.get(i), harmless.get(i));
                    assertThat(answer.get(i).toString()).doesNotContain("evil", "alert(1)", "harmless");
                }
            }
        }
    }

    private static void assertSame(JsonNode card, JsonNode harmless) {
        for (String field : List.of("summary", "detail")) {
            Node parsed = GITHUB.parse(card.get(field).stringValue());
            assertThat(structure(parsed))
                    .as(field)
                    .isEqualTo(structure(GITHUB.parse(harmless.get(field).stringValue())));
            assertThat(active(parsed)).as(field).isEmpty();
        }
        assertThat(texts(card)).isEqualTo(texts(harmless));
    }

    private static List<String> texts(JsonNode card) {
        List<String> texts = new ArrayList<>(List.of(card.get("summary").stringValue()));
        card.path("suggestions").forEach(suggestion -> {
            texts.add(suggestion.get("label").stringValue());
            suggestion
                    .get("actions")
                    .forEach(action -> texts.add(action.get("description").stringValue()));
        });
        return texts;
    }

    private static String structure(Node node) {
        StringBuilder text = new StringBuilder(node.getClass().getSimpleName()).append('(');
        for (Node child = node.getFirstChild(); child != null; child = child.getNext()) {
            text.append(structure(child));
        }
        return text.append(')').toString();
    }

    private static Set<String> active(Node node) {
        Set<String> found = new TreeSet<>();
        if (node instanceof HtmlBlock || node instanceof HtmlInline || node instanceof Image || node instanceof Link) {
            found.add(node.toString());
        }
        for (Node child = node.getFirstChild(); child != null; child = child.getNext()) {
            found.addAll(active(child));
        }
        return found;
    }

    /** The case with this text in every place of a resource that holds words, and as one more code of every concept. */
    private static Case filled(Case example, String text) {
        List<Resource> resources = new ArrayList<>();
        for (var resource : example.resources()) {
            Resource copy = Written.written(resource);
            fill(copy, text);
            if (copy instanceof Patient patient) {
                patient.addName(new HumanName().setFamily(text).addGiven(text).setText(text));
            }
            if (copy.getNamedProperty("note") != null) {
                copy.setProperty("note", new Annotation().setText(text));
            }
            if (copy instanceof MedicationRequest order) {
                order.getDosageInstruction()
                        .forEach(dosage -> dosage.setText(text).setPatientInstruction(text));
            }
            if (copy instanceof Observation observation) {
                observation.addIdentifier(
                        new Identifier().setSystem("urn:" + observation.getId()).setValue(text + observation.getId()));
            }
            resources.add(copy);
        }
        return new Case(
                example.name(),
                example.title(),
                Written.read(resources),
                example.at(),
                example.jurisdiction(),
                example.selections(),
                example.unread(),
                example.expected(),
                example.note());
    }

    private static void fill(Base element, String text) {
        if (element instanceof CodeableConcept concept) {
            concept.getCoding().forEach(coding -> coding.setDisplay(text));
            concept.addCoding(new Coding(text, text, text)).setText(text);
            return;
        }
        if (element instanceof Coding coding) {
            coding.setDisplay(text);
            return;
        }
        if (element instanceof Quantity quantity && quantity.hasCode()) {
            quantity.setUnit(text);
        }
        if (element instanceof Reference reference) {
            reference.setDisplay(text);
            return;
        }
        for (Property property : element.children()) {
            for (Base value : property.getValues()) {
                fill(value, text);
            }
        }
    }
}
