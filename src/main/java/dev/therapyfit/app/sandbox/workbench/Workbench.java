package dev.therapyfit.app.sandbox.workbench;

import dev.therapyfit.app.CardWords;
import dev.therapyfit.app.CaseRun;
import dev.therapyfit.app.CaseRuns;
import dev.therapyfit.app.ContentCheck;
import dev.therapyfit.app.FolderState;
import dev.therapyfit.app.PackagedContent;
import dev.therapyfit.authoring.cases.Case;
import dev.therapyfit.authoring.cases.Cases;
import dev.therapyfit.authoring.explanation.Explanation;
import dev.therapyfit.authoring.lint.Lint;
import dev.therapyfit.authoring.lint.LintWarning;
import dev.therapyfit.authoring.lint.Wording;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.evaluation.ContentChange;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import dev.therapyfit.cql.evaluation.EvaluationException;
import dev.therapyfit.cql.evaluation.Explainer;
import dev.therapyfit.cql.evaluation.Explainer.Part;
import dev.therapyfit.cql.evaluation.ExpressionResults;
import dev.therapyfit.cql.evaluation.ValueDigest;
import dev.therapyfit.hooks.decision.Decision;
import dev.therapyfit.hooks.decision.DecisionChanges;
import dev.therapyfit.hooks.decision.DecisionChanges.Change;
import dev.therapyfit.hooks.decision.DecisionMaker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A content and a draft of it. The draft is checked as a whole, and all test cases are run with it; told is what decides otherwise than
 * before. The draft is in memory, until it is written into the folder. One author at a time.
 */
final class Workbench {
    /** What can be edited. */
    static final List<String> EDITED = List.of(
            "input/cql/",
            "input/resources/plandefinition/",
            "input/resources/questionnaire/",
            "input/resources/library/",
            "input/vocabulary/valueset/",
            "input/vocabulary/conceptmap/",
            "input/vocabulary/codesystem/",
            "input/schema/",
            "expected/",
            "input/tests/");

    private static final int MOST = 12;
    private static final long NANOS_A_MILLI = 1_000_000;
    private static final String EXPECTED = "expected/";
    private static final List<String> OF_CASES = List.of(EXPECTED, "input/tests/");
    private static final String DECISION = "decision";
    private static final String CARD_OF = "card of";
    private static final String SCHEMA = "input/schema/";

    /** What changes an answer only by other values of expressions. */
    private static final List<String> OF_RULES = List.of("input/cql/", "input/vocabulary/");

    private final @Nullable Path folder;
    private final Clock clock;
    private final SortedMap<String, byte[]> draft = new TreeMap<>();

    /** What the changed files were when their change began. */
    private final Map<String, Optional<byte[]>> bases = new HashMap<>();

    private @Nullable Content content;
    private @Nullable Ran before;
    private String state = "";
    private @Nullable Ran after;
    private @Nullable Ran good;

    /**
     * @param folder of the content; absent: the content in the executable, which cannot be written
     * @param clock tells today, against which review dates are held
     */
    Workbench(@Nullable Path folder, Clock clock) {
        this.folder = folder;
        this.clock = clock;
    }

    /**
     * A content with its cases run.
     *
     * @param content the content
     * @param check what is wrong with it
     * @param runs runs its cases; empty if they were not run
     * @param warnings what is probably not meant
     * @param tried its cases, by their names; none if it does not compile
     */
    record Ran(
            Content content,
            ContentCheck check,
            Optional<CaseRuns> runs,
            List<LintWarning> warnings,
            SortedMap<String, Tried> tried) {
        /** One of which no case was run. */
        static Ran without(Content content, ContentCheck check) {
            return new Ran(content, check, Optional.empty(), List.of(), new TreeMap<>());
        }

        /** The cases that are not decided as expected. */
        List<Tried> failed() {
            return tried.values().stream()
                    .filter(one -> !one.differences().isEmpty())
                    .toList();
        }
    }

    /**
     * What is kept of a case that was run. Its decision is made anew where it is shown: to keep all of them would take much
     * memory.
     *
     * @param about the case
     * @param differences what is not as expected
     * @param results from which its answer was made; empty if there is none
     * @param digest of the answer, or of why there is none
     * @param outcome of the case, with the states of its criteria
     * @param warnings about the words of its cards
     */
    record Tried(
            Case about,
            List<String> differences,
            Optional<ExpressionResults> results,
            String digest,
            String outcome,
            List<LintWarning> warnings) {
        static Tried of(CaseRun run, Wording wording) {
            String outcome = run.decision().map(Decision::outcomeWithReason).orElse("")
                    + run.decision()
                            .map(one -> one.part("criteria").findValuesAsString("state"))
                            .orElse(List.of());
            return new Tried(
                    run.about(),
                    run.differences(),
                    run.results().map(ExpressionResults::packed),
                    ValueDigest.of(run.decision().isPresent() ? run.answer() : run.differences()),
                    outcome,
                    CardWords.of(run, wording));
        }

        /** The same answer, which other results give too. */
        Tried with(ExpressionResults others) {
            return new Tried(about, differences, Optional.of(others), digest, outcome, warnings);
        }
    }

    /**
     * A case that is answered otherwise by the draft.
     *
     * @param changes what differs: the outcome first, then states
     */
    record Changed(String name, String title, List<Change> changes) {}

    /**
     * What a draft does.
     *
     * @param changed the first cases that are answered otherwise, those with another outcome or state before the rest
     * @param more names of the others
     * @param isCompared false if nothing answered before: the folder was never without a problem
     * @param millis how long it took to check it and to run all cases
     */
    record Report(Ran ran, List<Changed> changed, List<String> more, boolean isCompared, long millis) {}

    /** The folder, for a reader. */
    String place() {
        return folder == null ? "" : folder.toString();
    }

    /** Paths of the files that were changed. */
    synchronized Set<String> changedFiles() {
        return new TreeSet<>(draft.keySet());
    }

    /**
     * Paths of the files that can be edited: of the many of test cases those of one.
     *
     * @param example name of a case
     */
    synchronized List<String> files(String example) {
        Set<String> files = new TreeSet<>(draft.keySet());
        EDITED.forEach(place -> files.addAll(content().filesUnder(place).keySet()));
        files.removeIf(file -> OF_CASES.stream().anyMatch(file::startsWith)
                && !draft.containsKey(file)
                && !file.startsWith(EXPECTED + example + ".")
                && !file.contains("/" + example + "/"));
        return List.copyOf(files);
    }

    /** Names of the test cases, those of the draft too. */
    synchronized List<String> cases() {
        Set<String> files = new TreeSet<>(content().filesUnder(EXPECTED).keySet());
        files.addAll(draft.keySet());
        return Cases.names(files);
    }

    /** The text of a file, as the draft has it; empty if there is none. */
    synchronized Optional<String> text(String file) {
        byte[] bytes = draft.getOrDefault(file, content().bytes(file));
        return Optional.ofNullable(bytes).map(text -> string(text).replace("\r\n", "\n"));
    }

    /**
     * Changes a file in the draft; a text as it was before takes it out of the draft. Lines end as they did.
     *
     * @throws IllegalArgumentException if it is no file of a content, or no text
     */
    synchronized void put(String file, String text) {
        byte[] known = content().bytes(file);
        if (!canHold(file) || (known != null && !isText(known))) {
            throw new IllegalArgumentException(file);
        }
        boolean hasReturns = known != null && string(known).contains("\r\n");
        byte[] bytes = (hasReturns ? text.replace("\n", "\r\n") : text).getBytes(StandardCharsets.UTF_8);
        if (Arrays.equals(bytes, known) || (known == null && text.isEmpty())) {
            draft.remove(file);
            bases.remove(file);
        } else {
            draft.put(file, bytes);
            bases.putIfAbsent(file, Optional.ofNullable(known));
        }
        after = null;
    }

    /** True if a content can have a file with this path, which need not be there yet. */
    static boolean canHold(String file) {
        return EDITED.stream().anyMatch(place -> file.startsWith(place) && file.length() > place.length())
                && isPlain(file);
    }

    private static boolean isPlain(String file) {
        return file.matches("[A-Za-z0-9_./-]+") && !file.contains("..") && !file.endsWith("/");
    }

    private static boolean isText(byte[] bytes) {
        return Arrays.equals(string(bytes).getBytes(StandardCharsets.UTF_8), bytes);
    }

    private static String string(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Forgets the draft. */
    synchronized void discard() {
        draft.clear();
        bases.clear();
        after = null;
    }

    /** How an attempt to write the draft ended. */
    enum Published {
        /** It is in the folder. */
        WRITTEN,
        /** It has problems, and nothing was written. */
        HAS_PROBLEMS,
        /** A file was changed in the folder meanwhile, and nothing was written. */
        CHANGED_MEANWHILE,
        /** It could not be written; the folder is as it was. */
        NOT_WRITABLE
    }

    /** Writes the draft into the folder, from where the service takes it. */
    synchronized Published publish() {
        Ran old = before();
        Content whole = with(old.content());
        ContentCheck check = ContentCheck.of(whole); // its cases too, which checks in between take over
        if (folder == null || !check.problems().isEmpty()) {
            after = Ran.without(whole, check);
            return Published.HAS_PROBLEMS;
        }
        Map<Path, Path> written = new LinkedHashMap<>();
        try {
            for (String file : draft.keySet()) {
                if (!Arrays.equals(
                        onDisk(file), Objects.requireNonNull(bases.get(file)).orElse(null))) {
                    return Published.CHANGED_MEANWHILE;
                }
            }
            for (Map.Entry<String, byte[]> file : draft.entrySet()) {
                Path target = folder.resolve(file.getKey());
                Files.createDirectories(target.getParent());
                Path beside = Files.createTempFile(target.getParent(), ".draft", ".tmp");
                written.put(beside, target);
                Files.write(beside, file.getValue());
            }
            for (Map.Entry<Path, Path> file : written.entrySet()) {
                Files.move(file.getKey(), file.getValue(), StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            restore(old.content(), written);
            return Published.NOT_WRITABLE;
        }
        before = after();
        content = before.content();
        state = FolderState.of(folder);
        draft.clear();
        bases.clear();
        after = null;
        return Published.WRITTEN;
    }

    private byte @Nullable [] onDisk(String file) throws IOException {
        Path path = Objects.requireNonNull(folder).resolve(file);
        return Files.exists(path) ? Files.readAllBytes(path) : null;
    }

    private void restore(Content old, Map<Path, Path> written) {
        written.forEach((beside, target) -> {
            try {
                Files.deleteIfExists(beside);
                String file = Objects.requireNonNull(folder).relativize(target).toString();
                byte[] bytes = old.bytes(file);
                if (bytes == null) {
                    Files.deleteIfExists(target);
                } else if (!Arrays.equals(bytes, Files.readAllBytes(target))) {
                    Files.write(target, bytes);
                }
            } catch (IOException e) {
                content = null; // read again, as the folder is
                before = null;
            }
        });
    }

    /** Checks the draft and runs all cases. */
    synchronized Report report() {
        Ran old = compared();
        long start = System.nanoTime();
        Ran now = after();
        boolean isCompared = !old.tried().isEmpty();
        List<Tried> other = !isCompared
                ? List.of()
                : now.tried().entrySet().stream()
                        .filter(one -> !one.getValue().digest().equals(told(old, one.getKey(), Tried::digest)))
                        .map(Map.Entry::getValue)
                        .sorted(Comparator.comparing(one ->
                                one.outcome().equals(told(old, one.about().name(), Tried::outcome))))
                        .toList();
        List<Changed> changed = other.subList(0, Math.min(MOST, other.size())).parallelStream()
                .map(one -> new Changed(
                        one.about().name(),
                        one.about().title(),
                        changes(old, now, one.about().name())))
                .toList();
        return new Report(
                now,
                changed,
                other.stream().skip(MOST).map(one -> one.about().name()).toList(),
                isCompared,
                (System.nanoTime() - start) / NANOS_A_MILLI);
    }

    private static String told(Ran ran, String name, Function<Tried, String> what) {
        Tried tried = ran.tried().get(name);
        return tried == null ? "" : what.apply(tried);
    }

    private static List<Change> changes(Ran old, Ran now, String name) {
        return changes(old, run(old, name), run(now, name));
    }

    /** What the decision has otherwise, states first, and then what the cards have. */
    private static List<Change> changes(Ran old, Optional<CaseRun> before, Optional<CaseRun> after) {
        Optional<Decision> first = before.flatMap(CaseRun::decision);
        Optional<Decision> second = after.flatMap(CaseRun::decision);
        if (first.isEmpty() || second.isEmpty()) {
            String one = said(before);
            String other = said(after);
            return one.equals(other) ? List.of() : List.of(new Change(DECISION, "", DECISION, one, other));
        }
        List<Change> changes = new ArrayList<>(DecisionChanges.between(
                first.get(), second.get(), old.runs().orElseThrow().maker().schema()));
        changes.sort(Comparator.comparing(
                change -> change.part().equals(DECISION) && change.field().equals("outcome")
                        ? 0
                        : change.field().equals("state") ? 1 : 2));
        CaseRuns.compare(
                        before.orElseThrow().answer().get(CaseRuns.CARDS),
                        after.orElseThrow().answer().get(CaseRuns.CARDS))
                .forEach(one ->
                        changes.add(new Change(CaseRuns.CARDS, CARD_OF, one.place(), one.before(), one.after())));
        return changes;
    }

    /** The outcome, or why there is none. */
    private static String said(Optional<CaseRun> run) {
        return run.map(one -> one.decision()
                        .map(Decision::outcomeWithReason)
                        .orElseGet(() -> String.join(" ", one.differences())))
                .orElse("");
    }

    private static Optional<CaseRun> run(Ran ran, String name) {
        return Optional.ofNullable(ran.tried().get(name)).map(tried -> {
            CaseRuns runs = ran.runs().orElseThrow();
            return tried.results()
                    .map(results -> runs.run(tried.about(), results))
                    .orElseGet(() -> runs.run(tried.about()));
        });
    }

    /** The decisions about a case, before and with the draft; empty if there is none. */
    synchronized Optional<Both> both(String name) {
        Ran old = compared();
        Ran now = after();
        Tried first = old.tried().get(name);
        Tried second = now.tried().get(name);
        Tried either = second == null ? first : second;
        if (either == null) {
            return Optional.empty();
        }
        Optional<CaseRun> before = run(old, name);
        Optional<CaseRun> after = run(now, name);
        return Optional.of(new Both(
                either.about(),
                before.flatMap(CaseRun::decision),
                after.flatMap(CaseRun::decision),
                second == null ? List.of() : second.differences(),
                changes(old, before, after)));
    }

    /**
     * A case, as both decide it.
     *
     * @param differences what the draft does not decide as expected
     */
    record Both(
            Case about,
            Optional<Decision> before,
            Optional<Decision> after,
            List<String> differences,
            List<Change> changes) {}

    /**
     * Why an expression has its value for a case, by the draft.
     *
     * @throws IllegalArgumentException if there is no such case or expression
     */
    synchronized Explanation explanation(String name, String expression, int depth) {
        Case about = tried(name).about();
        return Explanation.of(part(explainer(), about, expression), depth);
    }

    /** A value of a piece of CQL and its type, with its place: lines and columns from 1. */
    record Value(int line, int column, int endLine, int endColumn, String value, String type) {}

    /** The values of all pieces of a library for a case. */
    synchronized List<Value> values(String name, String library) {
        Tried tried = tried(name);
        Explainer explainer = explainer();
        Set<String> expressions =
                new TreeSet<>(tried.results().map(ExpressionResults::asked).orElse(Set.of()));
        expressions.add(DecisionMaker.EXPRESSION);
        Set<Value> values = new LinkedHashSet<>();
        expressions.forEach(expression -> collect(part(explainer, tried.about(), expression), library, values));
        return List.copyOf(values);
    }

    private static void collect(Part part, String library, Set<Value> into) {
        if (part.clause().library().equals(library) && part.times() > 0) {
            into.add(new Value(
                    part.clause().start().line(),
                    part.clause().start().column(),
                    part.clause().end().line(),
                    part.clause().end().column(),
                    Explanation.of(part, 0).value(),
                    part.clause().type()));
        }
        part.parts().forEach(inner -> collect(inner, library, into));
    }

    private Tried tried(String name) {
        Tried tried = after().tried().get(name);
        if (tried == null) {
            throw new IllegalArgumentException(name);
        }
        return tried;
    }

    private Explainer explainer() {
        Content explained = after().content();
        return Explainer.compile(explained, explained.mainLibrary().name());
    }

    private static Part part(Explainer explainer, Case about, String expression) {
        return explainer.explain(expression, about.record(), about.inputs(), about.at());
    }

    /** Names that can be written: of expressions, by their libraries. */
    synchronized SortedMap<String, List<String>> names() {
        return with(content()).libraries().stream()
                .collect(Collectors.toMap(
                        library -> library.name(),
                        library -> CqlEvaluator.expressionsOf(library).stream()
                                .sorted()
                                .toList(),
                        (one, other) -> one,
                        TreeMap::new));
    }

    /** Takes what was changed in the folder since. */
    synchronized void refresh() {
        String now = folder == null ? "" : FolderState.of(folder);
        if (content == null || !now.equals(state)) {
            content = folder == null ? PackagedContent.readWithCases() : Content.readPartly(folder);
            state = now;
            before = null;
            after = null;
        }
    }

    /** The content as it was taken from the folder. */
    private Content content() {
        if (content == null) {
            refresh();
        }
        return Objects.requireNonNull(content);
    }

    /** True if its cases were run: else {@link #report} takes some seconds more. */
    synchronized boolean isRun() {
        return before != null;
    }

    private Ran before() {
        Ran known = before;
        if (known == null) {
            known = run(content(), null);
            before = known;
        }
        return known;
    }

    /** What the draft is compared with: the folder's content, or, while that has problems, the last that had none, which answers. */
    private Ran compared() {
        Ran known = before();
        if (!known.tried().isEmpty() || good == null) {
            good = known;
        }
        return Objects.requireNonNull(good);
    }

    private Ran after() {
        Ran known = after;
        if (known == null) {
            Ran old = before();
            known = draft.isEmpty() ? old : run(with(old.content()), old);
            after = known;
        }
        return known;
    }

    private Content with(Content content) {
        Map<String, byte[]> files = new HashMap<>(content.filesUnder(""));
        files.putAll(draft);
        return Content.partlyOf(files);
    }

    /** False if a text is no longer in the rules that a case may expect: then its file is to be checked. */
    private static boolean saysWhatIsExpected(Content content, Ran old) {
        Set<String> gone = new HashSet<>(Cases.texts(old.content()));
        gone.removeAll(Cases.texts(content));
        return gone.isEmpty()
                || old.check().cases().stream()
                        .flatMap(one -> one.expected().texts())
                        .noneMatch(gone::contains);
    }

    /** A case that was run, with what changed; empty if it is to be run as if it were new. */
    private static Optional<Tried> again(ContentChange change, @Nullable Tried before, CaseRuns runs, Wording wording) {
        return Optional.ofNullable(before).flatMap(one -> one.results().map(results -> {
            try {
                ContentChange.Again again = change.evaluate(results);
                return again.isSame()
                        ? one.with(again.results())
                        : Tried.of(runs.run(one.about(), again.results()), wording);
            } catch (EvaluationException e) {
                return Tried.of(CaseRuns.failed(one.about(), e), wording);
            }
        }));
    }

    /** @param old takes cases over from it, where neither they nor the schema changed */
    private Ran run(Content content, @Nullable Ran old) {
        boolean sameCases = old != null
                && old.check().problems().isEmpty()
                && draft.keySet().stream()
                        .noneMatch(file ->
                                file.startsWith(SCHEMA) || OF_CASES.stream().anyMatch(file::startsWith))
                && saysWhatIsExpected(content, old);
        ContentCheck check = sameCases
                ? ContentCheck.of(content, Objects.requireNonNull(old).check().cases())
                : ContentCheck.of(content);
        if (check.evaluator().isEmpty() || !check.problems().isEmpty()) {
            return Ran.without(content, check);
        }
        CqlEvaluator evaluator = check.evaluator().get();
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        CompletableFuture<List<LintWarning>> lint =
                CompletableFuture.supplyAsync(() -> Lint.of(content, evaluator, today));
        CaseRuns runs = CaseRuns.of(content, evaluator);
        Wording wording = Wording.of(content);
        Optional<ContentChange> change = Optional.ofNullable(old)
                .filter(known -> draft.keySet().stream()
                        .allMatch(file -> OF_RULES.stream().anyMatch(file::startsWith)))
                .flatMap(known -> known.check().evaluator())
                .flatMap(before -> ContentChange.between(before, evaluator));
        SortedMap<String, Tried> tried = check.cases().parallelStream()
                .map(one -> change.flatMap(from ->
                                again(from, Objects.requireNonNull(old).tried().get(one.name()), runs, wording))
                        .orElseGet(() -> Tried.of(runs.run(one), wording)))
                .collect(Collectors.toMap(
                        one -> one.about().name(), Function.identity(), (one, other) -> one, TreeMap::new));
        List<LintWarning> warnings = new ArrayList<>(lint.join());
        tried.values().forEach(one -> warnings.addAll(one.warnings()));
        return new Ran(content, check, Optional.of(runs), warnings, tried);
    }
}
