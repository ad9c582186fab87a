package dev.therapyfit.app.sandbox.workbench;

import dev.therapyfit.app.config.CdsHooksProperties;
import dev.therapyfit.app.sandbox.workbench.Workbench.Both;
import dev.therapyfit.app.sandbox.workbench.Workbench.Report;
import dev.therapyfit.app.sandbox.workbench.Workbench.Value;
import dev.therapyfit.app.sandbox.workbench.WorkbenchView.Changed;
import dev.therapyfit.app.sandbox.workbench.WorkbenchView.Failing;
import dev.therapyfit.app.sandbox.workbench.WorkbenchView.FileLink;
import dev.therapyfit.app.sandbox.workbench.WorkbenchView.Group;
import dev.therapyfit.app.sandbox.workbench.WorkbenchView.OneCase;
import dev.therapyfit.app.sandbox.workbench.WorkbenchView.Problem;
import dev.therapyfit.app.sandbox.workbench.WorkbenchView.Row;
import dev.therapyfit.authoring.explanation.Explanation;
import dev.therapyfit.cql.evaluation.EvaluationException;
import dev.therapyfit.hooks.decision.Decision;
import dev.therapyfit.hooks.decision.DecisionChanges.Change;
import dev.therapyfit.hooks.failure.CdsFailure.NotFound;
import dev.therapyfit.web.OwnOrigin;
import dev.therapyfit.web.PageTemplates;
import dev.therapyfit.web.PageWords;
import dev.therapyfit.web.Pages;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Profile;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The pages of the workbench. Of the sandbox alone, which answers this machine only: they write files. */
@RestController
@Profile("sandbox")
@RequestMapping("/workbench")
public final class WorkbenchController {
    private static final String FIRST = "input/cql/TherapyFitThresholds.cql";
    private static final int MOST = 50;
    private static final int MOST_MOVES = 3;
    private static final int DEPTH = 10;
    private static final int LONGEST = 100;
    private static final int BEFORE = 20;
    private static final JsonMapper JSON = new JsonMapper();

    private final Workbench workbench;
    private final Turns turns = new Turns();
    private final PageTemplates templates;

    WorkbenchController(CdsHooksProperties properties, PageTemplates templates, Clock timeOfDay) {
        boolean isFolder = !properties.content().isBlank() && !properties.isContentOfServer();
        this.workbench = new Workbench(isFolder ? Path.of(properties.content()) : null, timeOfDay);
        this.templates = templates;
    }

    /** The workbench with a file. */
    @GetMapping
    ResponseEntity<String> show(
            @RequestParam(required = false) @Nullable String file,
            @RequestParam(required = false) @Nullable String example,
            PageWords words) {
        workbench.refresh();
        Optional<Report> report = workbench.isRun() ? Optional.of(workbench.report()) : Optional.empty();
        return page(file, example, report, "", words);
    }

    /**
     * What a button does: {@code check} takes a text into the draft, {@code publish} writes the draft into the folder, {@code
     * discard} forgets it.
     *
     * @param page names the page that sends it
     * @param turn counts what that page sent: what comes late is older
     * @param base digest of the text that the page began with
     */
    @PostMapping
    ResponseEntity<String> act(
            @RequestParam String file,
            @RequestParam String text,
            @RequestParam(defaultValue = "check") String action,
            @RequestParam(required = false) @Nullable String example,
            @RequestParam(defaultValue = "") String page,
            @RequestParam(defaultValue = "0") long turn,
            @RequestParam(defaultValue = "") String base,
            PageWords words,
            HttpServletRequest request) {
        OwnOrigin.require(request);
        workbench.refresh();
        if (action.equals("discard")) {
            workbench.discard();
            return page(file, example, Optional.of(workbench.report()), words.of("workbench.discarded"), words);
        }
        String said = "";
        try {
            if (turns.isNewest(file, page, turn, base, workbench.text(file).orElse(""))) {
                workbench.put(file, text.replace("\r\n", "\n"));
            } else if (!turns.isLastOf(file, page)) {
                said = words.of("workbench.conflict");
            }
        } catch (IllegalArgumentException e) {
            throw new NotFound("no such file: expected a text of the workbench");
        }
        if (action.equals("publish") && said.isEmpty()) {
            said = words.of("workbench." + workbench.publish().name(), workbench.place());
        }
        return page(file, example, Optional.of(workbench.report()), said, words);
    }

    /** A case side by side, and why an expression has its value there. */
    @GetMapping("/case/{name}")
    ResponseEntity<String> one(
            @PathVariable String name, @RequestParam(defaultValue = "Decision") String of, PageWords words) {
        workbench.refresh();
        Both both = workbench.both(name).orElseThrow(() -> new NotFound("no such case"));
        Optional<Explanation> explanation;
        try {
            explanation = Optional.of(workbench.explanation(name, of, DEPTH));
        } catch (IllegalArgumentException | EvaluationException e) {
            explanation = Optional.empty();
        }
        return Pages.html(templates.rendered(
                "case.jte",
                new OneCase(
                        words,
                        name,
                        both.about().title(),
                        sentence(both.before()),
                        sentence(both.after()),
                        both.changes().stream().map(WorkbenchController::row).toList(),
                        both.differences(),
                        of,
                        explanation)));
    }

    /** Values of the pieces of a library for a case, for its editor. */
    @GetMapping("/values")
    ResponseEntity<List<Value>> values(@RequestParam String example, @RequestParam String library) {
        try {
            return json(workbench.values(example, library));
        } catch (IllegalArgumentException | EvaluationException e) {
            return json(List.of());
        }
    }

    /** Names of expressions, by libraries. */
    @GetMapping("/names")
    ResponseEntity<Map<String, List<String>>> names() {
        return json(workbench.names());
    }

    private static <T> ResponseEntity<T> json(T body) {
        return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(body);
    }

    /** @param report what the draft does; empty if the cases are still to be run */
    private ResponseEntity<String> page(
            @Nullable String file, @Nullable String example, Optional<Report> report, String said, PageWords words) {
        List<String> cases = workbench.cases();
        String of = example != null && !example.isBlank() ? example : cases.isEmpty() ? "" : cases.get(0);
        List<String> files = workbench.files(of);
        String chosen = file != null && (files.contains(file) || Workbench.canHold(file))
                ? file
                : files.contains(FIRST) ? FIRST : files.get(0);
        return Pages.html(templates.rendered(
                "workbench.jte",
                new WorkbenchView(
                        words,
                        groups(files, chosen),
                        chosen,
                        workbench.text(chosen).orElse(""),
                        UUID.randomUUID().toString(),
                        Turns.digest(workbench.text(chosen).orElse("")),
                        cases,
                        of,
                        workbench.place(),
                        report.map(this::report),
                        said)));
    }

    private List<Group> groups(List<String> files, String chosen) {
        Set<String> changed = workbench.changedFiles();
        Map<String, List<FileLink>> byFolder = new LinkedHashMap<>();
        for (String folder : Workbench.EDITED) {
            files.stream().filter(path -> path.startsWith(folder)).forEach(path -> byFolder.computeIfAbsent(
                            folder, key -> new ArrayList<>())
                    .add(new FileLink(path, path.substring(folder.length()), changed.contains(path))));
        }
        return byFolder.entrySet().stream()
                .map(group -> new Group(group.getKey(), chosen.startsWith(group.getKey()), group.getValue()))
                .toList();
    }

    private WorkbenchView.Report report(Report report) {
        return new WorkbenchView.Report(
                !workbench.changedFiles().isEmpty(),
                report.ran().check().problems().stream()
                        .map(one -> new Problem(one.file(), one.line(), one.column(), one.message()))
                        .toList(),
                report.ran().warnings().stream()
                        .map(one ->
                                new Problem(one.file(), one.line(), one.column(), one.rule() + ": " + one.message()))
                        .toList(),
                report.ran().tried().size(),
                report.ran().failed().size(),
                String.format(Locale.ROOT, "%.1f", report.millis() / 1000.0),
                report.changed().stream()
                        .map(one -> new Changed(
                                one.name(),
                                one.title(),
                                one.changes().stream()
                                        .limit(MOST_MOVES)
                                        .map(WorkbenchController::row)
                                        .map(row -> row.what() + ": " + row.before() + " → " + row.after())
                                        .toList()))
                        .toList(),
                report.more(),
                report.isCompared(),
                report.ran().failed().stream()
                        .limit(MOST)
                        .map(run -> new Failing(run.about().name(), run.differences()))
                        .toList());
    }

    private static String sentence(Optional<Decision> decision) {
        return decision.map(one -> {
                    JsonNode json = JSON.valueToTree(one);
                    return json.path("outcome").asString("") + ". "
                            + json.path("summary").path(0).asString("");
                })
                .orElse("");
    }

    private static Row row(Change change) {
        return new Row(
                (change.id() + " " + change.field()).strip(),
                shortened(change.before(), change.after()),
                shortened(change.after(), change.before()));
    }

    /** Of a long text what begins a little before the place where another begins to differ. */
    static String shortened(String text, String other) {
        if (Math.max(text.length(), other.length()) <= LONGEST) {
            return text;
        }
        int differs = 0;
        while (differs < Math.min(text.length(), other.length()) && text.charAt(differs) == other.charAt(differs)) {
            differs++;
        }
        int start = Math.max(0, differs - BEFORE);
        int word = text.lastIndexOf(' ', start) + 1;
        start = start - word <= BEFORE ? word : start;
        int end = Math.min(text.length(), start + LONGEST);
        return (start == 0 ? "" : "…") + text.substring(start, end) + (end == text.length() ? "" : "…");
    }
}
