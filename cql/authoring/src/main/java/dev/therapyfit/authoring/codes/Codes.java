package dev.therapyfit.authoring.codes;

import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.ContentProblem;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import dev.therapyfit.cql.evaluation.DeclaredCode;
import dev.therapyfit.cql.fhir.Element;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.terminology.CodeSyntax;
import dev.therapyfit.cql.terminology.OwnCodes;
import dev.therapyfit.cql.terminology.Terminology;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

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
        return of(content, evaluator.declaredCodes());
    }

    /** Reads the codes of the value sets, and these. */
    public static Codes of(Content content, List<DeclaredCode> declared) {
        List<Entry> entries = new ArrayList<>();
        placed(content, declared).forEach(placed -> entries.add(placed.entry()));
        return new Codes(entries);
    }

    /** An entry; with the value set that says it, and the element in that, if one does. */
    private record Placed(Entry entry, @Nullable Resource valueSet, String path) {
        ContentProblem problem(Content content, String message) {
            return valueSet == null
                    ? new ContentProblem(entry.file(), entry.line(), entry.line() == 0 ? 0 : 1, message)
                    : content.problem(valueSet, path, message);
        }
    }

    private static List<Placed> placed(Content content, List<DeclaredCode> declared) {
        OwnCodes own = OwnCodes.of(content);
        List<Placed> entries = new ArrayList<>();
        for (DeclaredCode code : declared) {
            Entry entry = new Entry(
                    confidence(code.confidence(), own.define(code.system())),
                    "",
                    code.system(),
                    "",
                    code.code(),
                    code.name(),
                    false,
                    code.file(),
                    code.line());
            entries.add(new Placed(entry, null, ""));
        }
        for (Resource valueSet : content.valueSets()) {
            String file = content.file(valueSet);
            for (String kind : List.of("include", "exclude")) {
                List<Element> sets = Terminology.sets(valueSet, kind);
                for (int i = 0; i < sets.size(); i++) {
                    String path = "compose." + kind + "[" + i + "]";
                    read(valueSet, sets.get(i), path, kind.equals("exclude"), file, own, entries);
                }
            }
        }
        return entries;
    }

    private static void read(
            Resource valueSet,
            Element set,
            String path,
            boolean excluded,
            String file,
            OwnCodes own,
            List<Placed> entries) {
        String system = set.text("system").orElse("");
        boolean isOwn = own.define(system);
        String url = valueSet.text("url").orElse("");
        List<Element> concepts = set.all("concept");
        for (int i = 0; i < concepts.size(); i++) {
            Element concept = concepts.get(i);
            Entry entry = new Entry(
                    confidence(said(concept), isOwn),
                    url,
                    system,
                    "",
                    concept.text("code").orElse(""),
                    concept.text("display").orElse(""),
                    excluded,
                    file,
                    0);
            entries.add(new Placed(entry, valueSet, path + ".concept[" + i + "].code"));
        }
        List<Element> filters = set.all("filter");
        for (int i = 0; i < filters.size(); i++) {
            Element filter = filters.get(i);
            Entry entry = new Entry(
                    confidence(said(filter), isOwn),
                    url,
                    system,
                    filter.text("op").orElse(""),
                    filter.text("value").orElse(""),
                    "",
                    excluded,
                    file,
                    0);
            entries.add(new Placed(entry, valueSet, path + ".filter[" + i + "].value"));
        }
    }

    private static String said(Element element) {
        return element.extensions(CONFIDENCE)
                .flatMap(extension -> extension.text("value").stream())
                .findFirst()
                .orElse("");
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

    /**
     * A code without a confidence, and a code of an own system that the system does not list. If none of the codes of a
     * system has one, it is the system that is missing, and this is told once.
     *
     * @param declared the codes that the content's CQL declares; none if it does not compile
     */
    public static List<ContentProblem> problems(Content content, List<DeclaredCode> declared) {
        OwnCodes own = OwnCodes.of(content);
        Map<String, List<Placed>> bySystem = placed(content, declared).stream()
                .filter(placed -> !content.mayDefine(placed.entry().system())
                        && CodeSyntax.faultOf(placed.entry().system()).isEmpty())
                .collect(Collectors.groupingBy(
                        placed -> placed.entry().system(), LinkedHashMap::new, Collectors.toList()));
        List<ContentProblem> problems = new ArrayList<>();
        bySystem.forEach((system, all) -> {
            if (all.size() > 1 && all.stream().allMatch(placed -> placed.entry().confidence() == Confidence.MISSING)) {
                problems.add(all.get(0)
                        .problem(
                                content,
                                "none of the " + all.size() + " codes and filters of " + system
                                        + " has a confidence: expected A, B or C, or this code system in"
                                        + " input/vocabulary/codesystem"));
                return;
            }
            for (Placed placed : all) {
                Entry entry = placed.entry();
                String what = (entry.operator().isEmpty() ? "code " : "filter ") + entry.code() + " of " + system;
                if (entry.confidence() == Confidence.MISSING) {
                    problems.add(placed.problem(content, what + " has no confidence: expected A, B or C"));
                } else if (entry.operator().isEmpty() && own.lacks(system, entry.code())) {
                    problems.add(placed.problem(content, what + " is not in that code system"));
                }
            }
        });
        return problems;
    }
}
