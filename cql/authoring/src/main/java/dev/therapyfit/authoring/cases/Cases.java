package dev.therapyfit.authoring.cases;

import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.ContentException;
import dev.therapyfit.cql.content.ContentProblem;
import dev.therapyfit.cql.content.DecisionSchema;
import dev.therapyfit.cql.fhir.Resource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Reads the cases of a content: for each {@code expected/NAME.yaml} the resources in {@code input/tests/Library/MAIN/NAME/},
 * one to a file, where MAIN is the content's main library; and {@code expected/NAME.answer.yaml}, where there is one.
 */
public final class Cases {
    private static final String RESOURCES = "input/tests/Library/";
    static final String EXPECTED = "expected/";
    static final String SUFFIX = ".yaml";

    private Cases() {}

    /**
     * All cases, sorted by name.
     *
     * @throws ContentException with every problem found: a file that cannot be read, a key that is missing or unknown,
     *     resources without an expectation or the other way round
     */
    public static List<Case> of(Content content) {
        return whole(content, name -> true, texts(content));
    }

    /**
     * One case; the others are not looked at, nor whether a rule can say what it expects.
     *
     * @throws ContentException if it cannot be read
     */
    public static Optional<Case> find(Content content, String name) {
        return whole(content, name::equals, Set.of()).stream().findFirst();
    }

    private static List<Case> whole(Content content, Predicate<String> wanted, Set<String> texts) {
        List<ContentProblem> problems = new ArrayList<>();
        List<Case> cases = read(content, wanted, texts, problems);
        if (!problems.isEmpty()) {
            throw new ContentException(problems);
        }
        return cases;
    }

    /**
     * What is wrong with the cases of a content whose CQL need not compile. What its rules can say is not asked if one of its
     * libraries is missing.
     */
    public static List<ContentProblem> problems(Content content) {
        List<ContentProblem> problems = new ArrayList<>();
        Set<String> texts = new HashSet<>();
        if (content.missingLibraries().isEmpty()) {
            texts.addAll(texts(content));
            // what stands between two quotes of a line, in case one is missing somewhere before
            content.libraries()
                    .forEach(library ->
                            library.text().lines().forEach(line -> texts.addAll(Arrays.asList(line.split("'", -1)))));
        }
        read(content, name -> true, texts, problems);
        return problems;
    }

    /** Every text of the CQL: what its rules can say. */
    public static Set<String> texts(Content content) {
        return content.libraries().stream()
                .flatMap(library -> library.texts().stream())
                .collect(Collectors.toSet());
    }

    /**
     * A few cases, evenly spread over the names of all, to warm up with. One that cannot be read is passed over.
     *
     * @param most how many at most
     */
    public static List<Case> some(Content content, int most) {
        Set<String> paths = content.filesUnder(EXPECTED).keySet();
        return read(content, Set.copyOf(few(paths, most))::contains, Set.of(), new ArrayList<>());
    }

    /**
     * Names of a few cases, evenly spread over all.
     *
     * @param paths of the content's files
     */
    public static List<String> few(Collection<String> paths, int most) {
        List<String> names = names(paths);
        int few = Math.min(most, names.size());
        return IntStream.range(0, few)
                .mapToObj(i -> names.get(i * names.size() / few))
                .toList();
    }

    /**
     * Names of all cases.
     *
     * @param paths of the content's files
     */
    public static List<String> names(Collection<String> paths) {
        return paths.stream()
                .filter(path -> path.startsWith(EXPECTED) && path.endsWith(SUFFIX) && !path.endsWith(AnswerFile.SUFFIX))
                .map(Cases::name)
                .toList();
    }

    private static String name(String path) {
        return path.substring(EXPECTED.length(), path.length() - SUFFIX.length());
    }

    /** Cases, each with words of these texts only; of any words if there are none. */
    private static List<Case> read(
            Content content, Predicate<String> wanted, Set<String> texts, List<ContentProblem> problems) {
        DecisionSchema schema = ContentException.collect(() -> DecisionSchema.of(content), problems)
                .orElse(null);
        if (schema == null) {
            return List.of();
        }
        String folder = folder(content);
        Set<String> unreadable = new HashSet<>();
        SortedMap<String, Given> resources = resources(content, folder, wanted, unreadable, problems);
        List<Case> cases = new ArrayList<>();
        Set<String> expected = new HashSet<>();
        content.filesUnder(EXPECTED).forEach((path, bytes) -> {
            if (path.endsWith(AnswerFile.SUFFIX)) {
                String about = AnswerFile.expectation(AnswerFile.about(path));
                if (content.bytes(about) == null) {
                    problems.add(problem(path, "no " + about));
                }
                return;
            }
            if (!path.endsWith(SUFFIX)) {
                problems.add(problem(path, "expected a file NAME.yaml"));
                return;
            }
            String name = name(path);
            if (!wanted.test(name)) {
                return;
            }
            expected.add(name);
            Given given = resources.get(name);
            if (given == null && !unreadable.contains(name)) {
                problems.add(problem(path, "no resources in " + folder + name));
            }
            ExpectedFile file = ExpectedFile.of(path, bytes, schema);
            Case read = file.read(
                    name, given == null ? List.of() : given.resources(), AnswerFile.of(content, name, problems));
            if (given != null && !unreadable.contains(name)) {
                file.requireReferences(read);
            }
            if (!texts.isEmpty()) {
                file.requireWords(texts);
            }
            if (given != null && file.problems().isEmpty()) {
                cases.add(read);
            }
            problems.addAll(file.problems());
        });
        resources.forEach((name, given) -> {
            if (!expected.contains(name)) {
                problems.add(problem(given.first(), "no " + EXPECTED + name + SUFFIX));
            }
        });
        return List.copyOf(cases);
    }

    /** Where the cases are; that of any library if it cannot be said which is the main one. */
    private static String folder(Content content) {
        return ContentException.collect(content::mainLibrary, new ArrayList<>())
                .map(library -> RESOURCES + library.name() + "/")
                .orElseGet(() -> content.filesUnder(RESOURCES).keySet().stream()
                        .findFirst()
                        .map(path -> path.substring(0, path.indexOf('/', RESOURCES.length()) + 1))
                        .orElse(RESOURCES));
    }

    /** The resources of a case, and the file of the first. */
    private record Given(String first, List<Resource> resources) {}

    private static ContentProblem problem(String file, String message) {
        return new ContentProblem(file, 1, 1, message);
    }

    private static SortedMap<String, Given> resources(
            Content content,
            String folder,
            Predicate<String> wanted,
            Set<String> unreadable,
            List<ContentProblem> problems) {
        SortedMap<String, Given> byCase = new TreeMap<>();
        content.filesUnder(folder).forEach((path, bytes) -> {
            String rest = path.substring(folder.length());
            int slash = rest.indexOf('/');
            if (slash < 0) {
                problems.add(problem(path, "expected a folder for each case"));
                return;
            }
            String name = rest.substring(0, slash);
            if (!wanted.test(name)) {
                return;
            }
            Optional<Resource> resource = Content.resource(path, bytes, problems);
            if (resource.isPresent()) {
                byCase.computeIfAbsent(name, key -> new Given(path, new ArrayList<>()))
                        .resources()
                        .add(resource.get());
            } else {
                unreadable.add(name);
            }
        });
        return byCase;
    }
}
