package dev.therapyfit.cql.terminology;

import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.ContentException;
import dev.therapyfit.cql.content.ContentProblem;
import dev.therapyfit.cql.fhir.Element;
import dev.therapyfit.cql.fhir.Resource;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Answers "is this code in this value set?" for the value sets of one content, without a terminology server.
 * Immutable, safe to share.
 *
 * <p>Understood in {@code ValueSet.compose}: enumerated concepts, {@code code} filters with {@code regex} (the whole
 * code must match) and {@code =}, imported value sets, and the same in {@code exclude}. {@code concept is-a} stands for the
 * concept alone, since what lies below it a terminology server has to say. Anything else stops the start instead of being
 * taken for "no". A membership rule by {@code regex} keeps codes that a later edition adds below a
 * category inside the set, which an enumeration would silently lose.
 */
public final class Terminology {
    /** So many codes are remembered with their value sets; charts may hold any number of others. */
    private static final int MOST_REMEMBERED = 20_000;

    private final CodeForms forms;
    private final Map<String, CodeSet> sets = new HashMap<>();
    private final Set<Code> enumerated = new HashSet<>();
    private final Map<String, Set<Pattern>> patterns = new HashMap<>();
    private final Map<Code, BitSet> remembered = new ConcurrentHashMap<>();

    private Terminology(Map<String, Members> byUrl, CodeForms forms) {
        this.forms = forms;
        byUrl.forEach((url, members) -> {
            sets.put(url, new CodeSet(sets.size(), members));
            Stream.concat(members.includes().stream(), members.excludes().stream())
                    .forEach(part -> {
                        enumerated.addAll(part.codes());
                        patterns.computeIfAbsent(part.system(), key -> new LinkedHashSet<>())
                                .addAll(part.patterns());
                    });
        });
    }

    /** One value set of the content. */
    public final class CodeSet implements Predicate<Code> {
        private final int number;
        private final Members members;

        private CodeSet(int number, Members members) {
            this.number = number;
            this.members = members;
        }

        /** Which of all value sets it is: its bit in {@link Terminology#setsOf}. */
        public int number() {
            return number;
        }

        /** True if the code is a member. */
        @Override
        public boolean test(Code code) {
            return setsOf(code).get(number);
        }
    }

    /**
     * The value set with a URL.
     *
     * @throws IllegalArgumentException if the content has no such value set
     */
    public CodeSet set(String valueSetUrl) {
        CodeSet set = sets.get(valueSetUrl);
        if (set == null) {
            throw new IllegalArgumentException("The content has no value set " + valueSetUrl);
        }
        return set;
    }

    /** Numbers of all value sets that a code is a member of. Not to be changed. */
    public BitSet setsOf(Code given) {
        BitSet known = remembered.get(given);
        if (known != null) {
            return known;
        }
        Code code = forms.canonical(given);
        BitSet found = new BitSet();
        if (isInAny(code)) {
            sets.values().forEach(set -> found.set(set.number, set.members.contains(code)));
        }
        if (remembered.size() < MOST_REMEMBERED) {
            remembered.put(given, found);
        }
        return found;
    }

    private boolean isInAny(Code code) {
        return enumerated.contains(code) || isMatched(patterns.getOrDefault(code.system(), Set.of()), code);
    }

    private static boolean isMatched(Collection<Pattern> patterns, Code code) {
        for (Pattern pattern : patterns) {
            if (pattern.matcher(code.code()).matches()) {
                return true;
            }
        }
        return false;
    }

    /** A code and the system that defines it. In an order, since hash maps keep pace only then with codes of one hash. */
    public record Code(String system, String code) implements Comparable<Code> {
        private static final Comparator<Code> ORDER =
                Comparator.comparing(Code::system).thenComparing(Code::code);

        /**
         * What a coding says; empty if it lacks its system or its code, or has nothing of them but an extension, such as
         * why they are absent.
         */
        public static Optional<Code> of(Element coding) {
            return coding.text("system").flatMap(system -> coding.text("code").map(code -> new Code(system, code)));
        }

        /** As FHIR's Coding. */
        public Element coding() {
            return Element.of("Coding").with("system", system).with("code", code);
        }

        @Override
        public int compareTo(Code other) {
            return ORDER.compare(this, other);
        }
    }

    /**
     * Reads every value set of the content.
     *
     * @throws ContentException if a value set is not understood, is defined twice or imports one that is not there
     */
    public static Terminology of(Content content) {
        List<ContentProblem> problems = new ArrayList<>();
        Terminology terminology = of(content, problems);
        if (!problems.isEmpty()) {
            throw new ContentException(problems);
        }
        return terminology;
    }

    /** The same as far as the value sets are understood; what is not is added to the problems. */
    public static Terminology of(Content content, List<ContentProblem> found) {
        Problems problems = new Problems(content);
        content.codeSystems().forEach(system -> requireDistinct(system, problems));
        Map<String, Resource> sources = new HashMap<>();
        for (Resource valueSet : content.valueSets()) {
            Optional<String> url = valueSet.text("url");
            if (url.isEmpty()) {
                problems.add(valueSet, "", "expected a url, by which others name the value set");
            } else if (sources.put(url.get(), valueSet) != null) {
                problems.add(valueSet, "url", url.get() + " is defined twice");
            }
        }
        Map<String, Members> byUrl = new HashMap<>();
        sources.forEach((url, valueSet) -> read(url, valueSet, sources, byUrl, new LinkedHashSet<>(), problems));
        found.addAll(problems.found());
        return new Terminology(Map.copyOf(byUrl), CodeForms.of(content.codeSystems()));
    }

    private static @Nullable Members read(
            String url,
            Resource valueSet,
            Map<String, Resource> sources,
            Map<String, Members> done,
            Set<String> reading,
            Problems problems) {
        Members known = done.get(url);
        if (known != null) {
            return known;
        }
        if (!reading.add(url)) {
            problems.add(valueSet, "compose", "imports itself");
            return null;
        }
        List<Part> includes = parts(valueSet, "include", sources, done, reading, problems);
        List<Part> excludes = parts(valueSet, "exclude", sources, done, reading, problems);
        if (includes.isEmpty()) {
            problems.add(valueSet, "compose", "compose.include is empty");
        }
        reading.remove(url);
        Members members = new Members(includes, excludes);
        done.put(url, members);
        return members;
    }

    /** What a value set includes, or what it excludes. */
    public static List<Element> sets(Resource valueSet, String kind) {
        return valueSet.first("compose").map(compose -> compose.all(kind)).orElse(List.of());
    }

    /** URLs of the value sets that one includes or excludes. */
    public static Stream<String> imports(Resource valueSet) {
        return Stream.of("include", "exclude")
                .flatMap(kind -> sets(valueSet, kind).stream())
                .flatMap(set -> set.all("valueSet").stream())
                .flatMap(url -> url.text().stream());
    }

    private static List<Part> parts(
            Resource valueSet,
            String kind,
            Map<String, Resource> sources,
            Map<String, Members> done,
            Set<String> reading,
            Problems problems) {
        List<Part> parts = new ArrayList<>();
        Set<Code> seen = new HashSet<>();
        List<Element> sets = sets(valueSet, kind);
        for (int i = 0; i < sets.size(); i++) {
            String path = "compose." + kind + "[" + i + "]";
            requireCodes(valueSet, sets.get(i), path, seen, problems);
            parts.add(part(valueSet, sets.get(i), path, sources, done, reading, problems));
        }
        return List.copyOf(parts);
    }

    /** Codes that can be codes of their system, each once. */
    private static void requireCodes(Resource valueSet, Element set, String path, Set<Code> seen, Problems problems) {
        String system = set.text("system").orElse(null);
        if (system != null) {
            problems.requireSystem(valueSet, path + ".system", system);
        }
        List<Element> concepts = set.all("concept");
        for (int i = 0; i < concepts.size(); i++) {
            String code = concepts.get(i).text("code").orElse(null);
            String place = path + ".concept[" + i + "].code";
            problems.requireCode(valueSet, place, system, code);
            if (!seen.add(new Code(String.valueOf(system), String.valueOf(code)))) {
                problems.addTwice(valueSet, place, code);
            }
        }
    }

    private static void requireDistinct(Resource system, Problems problems) {
        problems.requireSystem(system, "url", system.text("url").orElse(null));
        Set<String> seen = new HashSet<>();
        List<Element> concepts = system.all("concept");
        for (int i = 0; i < concepts.size(); i++) {
            String code = concepts.get(i).text("code").orElse(null);
            if (!seen.add(String.valueOf(code))) {
                problems.addTwice(system, "concept[" + i + "].code", code);
            }
        }
    }

    /** True for a filter that means a concept and all below it. */
    public static boolean isBelow(Element filter) {
        return filter.hasText("property", "concept") && filter.hasText("op", "is-a");
    }

    private static Part part(
            Resource valueSet,
            Element set,
            String path,
            Map<String, Resource> sources,
            Map<String, Members> done,
            Set<String> reading,
            Problems problems) {
        String system = set.text("system").orElse("");
        Set<Code> codes = new LinkedHashSet<>();
        set.all("concept")
                .forEach(concept ->
                        codes.add(new Code(system, concept.text("code").orElse(""))));
        List<Pattern> patterns = new ArrayList<>();
        List<Element> filters = set.all("filter");
        for (int i = 0; i < filters.size(); i++) {
            Element filter = filters.get(i);
            String place = path + ".filter[" + i + "]";
            String value = filter.text("value").orElse("");
            if (isBelow(filter)) {
                codes.add(new Code(system, value));
            } else if (!filter.hasText("property", "code")) {
                problems.add(
                        valueSet,
                        place + ".property",
                        "filter on property " + filter.text("property").orElse(null) + ": expected code");
            } else if (filter.hasText("op", "regex")) {
                try {
                    patterns.add(Pattern.compile(value));
                } catch (PatternSyntaxException e) {
                    problems.add(
                            valueSet, place + ".value", "filter value is no regular expression: " + e.getDescription());
                }
            } else if (filter.hasText("op", "=")) {
                codes.add(new Code(system, value));
            } else {
                problems.add(valueSet, place + ".op", "filter operator: expected regex or =");
            }
        }
        List<Element> imports = set.all("valueSet");
        if (imports.size() + (system.isEmpty() ? 0 : 1) > 1) {
            // FHIR R4 means their intersection, which no content has needed yet.
            problems.add(valueSet, path, "one include names several sources: write one include for each");
        }
        List<Members> imported = new ArrayList<>();
        for (int i = 0; i < imports.size(); i++) {
            String canonical = imports.get(i).text().orElse("");
            Resource source = sources.get(canonical);
            if (source == null) {
                problems.addMissing(
                        valueSet,
                        path + ".valueSet[" + i + "]",
                        canonical,
                        "imports " + canonical + ", which is not in the content");
            } else {
                Members members = read(canonical, source, sources, done, reading, problems);
                if (members != null) {
                    imported.add(members);
                }
            }
        }
        if (!system.isEmpty() && codes.isEmpty() && filters.isEmpty()) {
            problems.add(valueSet, path, "includes all of " + system + ": expected concepts or a filter");
        }
        return new Part(system, Set.copyOf(codes), patterns, imported);
    }

    /** True if the content defines the value set. */
    public boolean defines(String valueSetUrl) {
        return sets.containsKey(valueSetUrl);
    }

    /**
     * True if the code is a member.
     *
     * @throws IllegalArgumentException if the content has no such value set
     */
    public boolean contains(String valueSetUrl, @Nullable String system, @Nullable String code) {
        CodeSet set = set(valueSetUrl);
        return system != null && code != null && set.test(new Code(system, code));
    }

    /** A code in the form in which the content's value sets write it: a system can have several URIs and ways of writing. */
    public Code canonical(Code code) {
        return forms.canonical(code);
    }

    /** All members, if the value set is fully enumerated; empty if a filter leaves it open. */
    public Optional<Set<Code>> enumerate(String valueSetUrl) {
        return set(valueSetUrl).members.enumerate();
    }

    private record Members(List<Part> includes, List<Part> excludes) {
        boolean contains(Code code) {
            return isIn(includes, code) && !isIn(excludes, code);
        }

        // As loops: each code of a chart is looked for in all value sets.
        private static boolean isIn(List<Part> parts, Code code) {
            for (Part part : parts) {
                if (part.contains(code)) {
                    return true;
                }
            }
            return false;
        }

        Optional<Set<Code>> enumerate() {
            Set<Code> all = new LinkedHashSet<>();
            for (Part include : includes) {
                Optional<Set<Code>> codes = include.enumerate();
                if (codes.isEmpty()) {
                    return Optional.empty();
                }
                all.addAll(codes.get());
            }
            all.removeIf(code -> excludes.stream().anyMatch(part -> part.contains(code)));
            return Optional.of(all);
        }
    }

    private record Part(String system, Set<Code> codes, List<Pattern> patterns, List<Members> imported) {
        boolean contains(Code code) {
            if (codes.contains(code) || (system.equals(code.system()) && isMatched(patterns, code))) {
                return true;
            }
            for (Members members : imported) {
                if (members.contains(code)) {
                    return true;
                }
            }
            return false;
        }

        Optional<Set<Code>> enumerate() {
            if (!patterns.isEmpty()) {
                return Optional.empty();
            }
            Set<Code> all = new HashSet<>(codes);
            for (Members members : imported) {
                Optional<Set<Code>> found = members.enumerate();
                if (found.isEmpty()) {
                    return Optional.empty();
                }
                all.addAll(found.get());
            }
            return Optional.of(all);
        }
    }
}
