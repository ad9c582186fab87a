package dev.therapyfit.cql.codes;

import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.ContentProblem;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import dev.therapyfit.cql.evaluation.DeclaredCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.CodeSystem.CodeSystemContentMode;
import org.hl7.fhir.r4.model.CodeSystem.ConceptDefinitionComponent;
import org.hl7.fhir.r4.model.Element;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.ValueSet;
import org.hl7.fhir.r4.model.ValueSet.ConceptSetComponent;

/**
 * Every code and filter of the content's value sets, exclusions included, and every code that its CQL declares, each
 * with the confidence that it means what it is used for.
 *
 * <p>A value set says the confidence in the extension {@link #CONFIDENCE} of the concept or filter, CQL in a tag before
 * the declaration: {@code // @confidence: B}. Code systems that are part of the content are its own: their codes mean
 * what the content says, so they carry no confidence, but they must be listed in their system.
 *
 * @param entries in the order of the files
 */
public record Codes(List<Entry> entries) {
    /** URL of the extension. */
    public static final String CONFIDENCE = "https://therapyfit.dev/fhir/StructureDefinition/code-confidence";

    public Codes {
        entries = List.copyOf(entries);
    }

    /** How well a code is verified. */
    public enum Confidence {
        /** Found with the same meaning in a curated set. */
        A,
        /** Found with the same meaning in two independent public sources. */
        B,
        /** Own knowledge only. */
        C,
        /** A code of a system that the content defines. */
        OWN,
        /** Not said, or not one of A, B, C: a problem of the content. */
        MISSING
    }

    /**
     * One code or filter.
     *
     * @param confidence how well it is verified
     * @param valueSet URL of the value set; empty if CQL declares the code
     * @param system URL of the code system
     * @param operator operator of a filter on the code, for example {@code regex}; empty for a code
     * @param code the code, or what the filter compares it with
     * @param display what it means; may be empty
     * @param excluded true if the value set excludes it
     * @param file path inside the content
     * @param line line, from 1; 0 if unknown
     */
    public record Entry(
            Confidence confidence,
            String valueSet,
            String system,
            String operator,
            String code,
            String display,
            boolean excluded,
            String file,
            int line) {}

    /** How many codes and filters there are of each confidence. */
    public record Count(int a, int b, int c, int own, int missing) {}

    /** Reads the codes of a content that was compiled. */
    public static Codes of(Content content, CqlEvaluator evaluator) {
        Set<String> own = new HashSet<>();
        content.codeSystems().stream()
                .filter(system -> system.getContent() != CodeSystemContentMode.NOTPRESENT)
                .forEach(system -> own.add(system.getUrl()));
        List<Entry> entries = new ArrayList<>();
        for (DeclaredCode code : evaluator.declaredCodes()) {
            entries.add(new Entry(
                    confidence(code.confidence(), own.contains(code.system())),
                    "",
                    code.system(),
                    "",
                    code.code(),
                    code.name(),
                    false,
                    code.file(),
                    code.line()));
        }
        for (ValueSet valueSet : content.valueSets()) {
            String file = content.file(valueSet);
            for (ConceptSetComponent include : valueSet.getCompose().getInclude()) {
                read(valueSet.getUrl(), include, false, file, own, entries);
            }
            for (ConceptSetComponent exclude : valueSet.getCompose().getExclude()) {
                read(valueSet.getUrl(), exclude, true, file, own, entries);
            }
        }
        return new Codes(entries);
    }

    private static void read(
            String valueSet,
            ConceptSetComponent set,
            boolean excluded,
            String file,
            Set<String> own,
            List<Entry> entries) {
        String system = set.hasSystem() ? set.getSystem() : "";
        boolean isOwn = own.contains(system);
        set.getConcept()
                .forEach(concept -> entries.add(new Entry(
                        confidence(said(concept), isOwn),
                        valueSet,
                        system,
                        "",
                        concept.getCode(),
                        concept.hasDisplay() ? concept.getDisplay() : "",
                        excluded,
                        file,
                        0)));
        set.getFilter()
                .forEach(filter -> entries.add(new Entry(
                        confidence(said(filter), isOwn),
                        valueSet,
                        system,
                        filter.getOp().toCode(),
                        filter.getValue(),
                        "",
                        excluded,
                        file,
                        0)));
    }

    private static String said(Element element) {
        Extension extension = element.getExtensionByUrl(CONFIDENCE);
        return extension == null || !extension.hasValue()
                ? ""
                : String.valueOf(extension.getValue().primitiveValue());
    }

    private static Confidence confidence(String said, boolean own) {
        if (own) {
            return Confidence.OWN;
        }
        return switch (said) {
            case "A" -> Confidence.A;
            case "B" -> Confidence.B;
            case "C" -> Confidence.C;
            default -> Confidence.MISSING;
        };
    }

    /** How many there are of each confidence. */
    public Count count() {
        return new Count(
                count(Confidence.A),
                count(Confidence.B),
                count(Confidence.C),
                count(Confidence.OWN),
                count(Confidence.MISSING));
    }

    private int count(Confidence confidence) {
        return (int) entries.stream()
                .filter(entry -> entry.confidence() == confidence)
                .count();
    }

    /** What a terminologist still has to look at: every code and filter of others that is not A. */
    public List<Entry> open() {
        return entries.stream()
                .filter(entry -> entry.confidence() != Confidence.A && entry.confidence() != Confidence.OWN)
                .toList();
    }

    /** A code without a confidence, and a code of an own system that the system does not list. */
    public List<ContentProblem> problems(Content content) {
        Map<String, Set<String>> listed = new HashMap<>();
        for (CodeSystem system : content.codeSystems()) {
            Set<String> codes = listed.computeIfAbsent(system.getUrl(), url -> new HashSet<>());
            system.getConcept().forEach(concept -> collect(concept, codes));
        }
        List<ContentProblem> problems = new ArrayList<>();
        for (Entry entry : entries) {
            String what = (entry.operator().isEmpty() ? "code " : "filter ") + entry.code() + " of " + entry.system();
            if (entry.confidence() == Confidence.MISSING) {
                problems.add(problem(entry, what + " has no confidence: expected A, B or C"));
            } else if (entry.confidence() == Confidence.OWN
                    && entry.operator().isEmpty()
                    && !listed.getOrDefault(entry.system(), Set.of()).contains(entry.code())) {
                problems.add(problem(entry, what + " is not in that code system"));
            }
        }
        return problems;
    }

    private static void collect(ConceptDefinitionComponent concept, Set<String> codes) {
        codes.add(concept.getCode());
        concept.getConcept().forEach(child -> collect(child, codes));
    }

    private static ContentProblem problem(Entry entry, String message) {
        return new ContentProblem(entry.file(), entry.line(), entry.line() == 0 ? 0 : 1, message);
    }
}
