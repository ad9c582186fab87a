package dev.therapyfit.web;

import dev.therapyfit.cql.content.DecisionSchema;
import dev.therapyfit.cql.content.DecisionSchema.Kind;
import dev.therapyfit.cql.content.DecisionSchema.Part;
import dev.therapyfit.cql.fhir.Element;
import dev.therapyfit.cql.fhir.Json;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.ehr.smart.Access;
import dev.therapyfit.ehr.smart.LaunchFailure;
import dev.therapyfit.hooks.HookPipeline;
import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.hooks.decision.Decision;
import dev.therapyfit.hooks.decision.DecisionInputs;
import dev.therapyfit.hooks.question.Answers;
import dev.therapyfit.hooks.question.Answers.NotAnAnswer;
import dev.therapyfit.hooks.question.Questionnaire;
import dev.therapyfit.hooks.question.Questionnaire.Item;
import dev.therapyfit.web.AnswerView.Change;
import dev.therapyfit.web.AnswerView.Choice;
import dev.therapyfit.web.AnswerView.Datum;
import dev.therapyfit.web.AnswerView.Question;
import dev.therapyfit.web.AnswerView.Recorded;
import dev.therapyfit.web.AnswerView.Result;
import dev.therapyfit.web.LinkedDecisions.Link;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Makes the page where answers are tried: the questions that the decision names, and what the answers make of it. */
@Component
final class AnswerPage {
    /** Which of the questions is answered, and what the answer bears on. */
    record Asked(Questionnaire questionnaire, String bearsOn, boolean isNeeded) {}

    private static final String REFERENCE = "reference";
    private static final Duration LONGEST_WRITE = Duration.ofSeconds(20);

    private final AppLaunches launches;
    private final RecentInputs recent;
    private final WebSettings settings;
    private final PageTemplates templates;
    private final JsonMapper json = new JsonMapper();

    AnswerPage(RecentInputs recent, AppLaunches launches, WebSettings settings, PageTemplates templates) {
        this.launches = launches;
        this.recent = recent;
        this.settings = settings;
        this.templates = templates;
    }

    /**
     * The page of a decision.
     *
     * @param pipeline of the content that decided
     * @param inputs what it was decided from
     * @param fields what was answered; none: nothing yet
     * @param access what the EHR lets the reader do; empty: it did not launch the page
     * @param isRecording true if the answers are to be written into the chart
     */
    String of(
            Link link,
            HookPipeline pipeline,
            DecisionInputs inputs,
            Map<String, List<String>> fields,
            Optional<Access> access,
            boolean isRecording,
            PageWords words) {
        LocalDate today = settings.today();
        Deadline deadline = Deadline.in(settings.deadline());
        Decision before = pipeline.decide(inputs, link.id(), deadline);
        List<Asked> asked = asked(pipeline, before);
        List<Answers> answers = new ArrayList<>();
        String problem = "";
        for (Asked one : asked) {
            try {
                Answers given = Answers.of(one.questionnaire(), fields, today);
                if (!given.isEmpty()) {
                    answers.add(given);
                }
            } catch (NotAnAnswer e) {
                problem = String.valueOf(e.getMessage());
            }
        }
        Optional<Result> result = answers.isEmpty()
                ? Optional.empty()
                : Optional.of(result(pipeline, inputs, link, before, answers, deadline, words));
        Recorded recorded = Recorded.NOTHING;
        if (isRecording) {
            recorded = recorded(link, inputs, fields, problem.isEmpty() ? answers : List.of(), access, words);
        }
        return templates.rendered(
                "answer.jte",
                new AnswerView(
                        words,
                        heading(before),
                        link.path(""),
                        link.path("/answer"),
                        questions(asked, true, fields),
                        questions(asked, false, fields),
                        problem,
                        result,
                        access.isPresent() && recorded.written().isEmpty() ? launches.offer(link.id()) : "",
                        recorded));
    }

    /** The questions that a decision names. */
    static List<Asked> asked(HookPipeline pipeline, Decision decision) {
        return decision.part("questions")
                .valueStream()
                .flatMap(question -> pipeline.content().questionnaires().find(text(question, "questionnaire")).stream()
                        .map(one -> new Asked(
                                one,
                                String.join(
                                        ", ",
                                        question.path("bearsOn")
                                                .valueStream()
                                                .map(JsonNode::asString)
                                                .toList()),
                                question.path("decisive").asBoolean(false))))
                .toList();
    }

    private static List<Question> questions(List<Asked> asked, boolean needed, Map<String, List<String>> fields) {
        return asked.stream()
                .filter(one -> one.isNeeded() == needed)
                .flatMap(one -> one.questionnaire().items().stream().map(item -> question(one, item, fields)))
                .toList();
    }

    private static Question question(Asked asked, Item item, Map<String, List<String>> fields) {
        Questionnaire of = asked.questionnaire();
        List<String> given = fields.getOrDefault(item.field(of), List.of());
        return new Question(
                item.field(of),
                of.title(),
                item.text(),
                of.help(),
                of.source(),
                asked.bearsOn(),
                item.options().stream()
                        .map(option -> new Choice(option.code(), option.display(), given.contains(option.code())))
                        .toList(),
                item.repeats(),
                given.isEmpty() ? "" : given.get(0),
                item.least().map(BigDecimal::toPlainString).orElse(""),
                item.most().map(BigDecimal::toPlainString).orElse(""),
                item.unit().flatMap(unit -> unit.text("display")).orElse(""),
                of.day().map(Item::text).orElse(""),
                of.day().map(day -> day.field(of)).orElse(""),
                of.day()
                        .flatMap(day -> fields.getOrDefault(day.field(of), List.of()).stream()
                                .findFirst())
                        .orElse(""));
    }

    private Result result(
            HookPipeline pipeline,
            DecisionInputs inputs,
            Link link,
            Decision before,
            List<Answers> answers,
            Deadline deadline,
            PageWords words) {
        String patient = inputs.record().patient().reference();
        List<Resource> resources = resources(answers, patient, inputs.at());
        Decision after = pipeline.decide(inputs.with(resources), link.id(), deadline);
        String outcome = after.outcomeWithReason();
        boolean isOther = !before.outcomeWithReason().equals(outcome);
        DecisionSchema schema = pipeline.content().schema();
        return new Result(
                words.of(
                        !before.outcome().equals(after.outcome())
                                ? "answer.other"
                                : isOther ? "answer.other-reason" : "answer.same"),
                heading(after),
                isOther ? before.outcomeWithReason() + " → " + outcome : outcome,
                changes(schema, json.valueToTree(before), json.valueToTree(after)),
                newSentences(schema, before, after),
                (int) asked(pipeline, after).stream().filter(Asked::isNeeded).count(),
                answers.stream()
                        .map(one -> new Datum(one.questionnaire().title(), String.join("; ", one.words())))
                        .toList(),
                json.writerWithDefaultPrettyPrinter()
                        .writeValueAsString(resources.stream()
                                .map(resource -> json.readTree(Json.of(resource)))
                                .toList()));
    }

    /** Writes, if it may be; else says why not. */
    private Recorded recorded(
            Link link,
            DecisionInputs inputs,
            Map<String, List<String>> fields,
            List<Answers> answers,
            Optional<Access> access,
            PageWords words) {
        if (access.isEmpty()) {
            return new Recorded(List.of(), List.of(words.of("answer.no-access")));
        }
        if (answers.isEmpty()) {
            return new Recorded(List.of(), List.of(words.of("answer.nothing")));
        }
        if (!launches.take(fields.getOrDefault("right", List.of("")).get(0), link.id())) {
            return new Recorded(List.of(), List.of(words.of("answer.twice")));
        }
        String patient = inputs.record().patient().reference();
        List<Resource> now = new ArrayList<>();
        Recorded recorded = record(answers, patient, access.get(), now, words);
        recent.replace(link.id(), inputs.with(now));
        return recorded;
    }

    /** Writes answers into the chart: the response, and what it becomes. What the EHR does not allow or take is said. */
    private Recorded record(
            List<Answers> answers, String patient, Access access, List<Resource> taken, PageWords words) {
        Deadline until = Deadline.in(LONGEST_WRITE);
        Instant now = settings.clock().instant();
        List<String> written = new ArrayList<>();
        List<String> failed = new ArrayList<>();
        for (Answers one : answers) {
            Optional<String> response = write(one.response(patient, now), access, written, failed, until, words);
            for (Resource resource : one.resources(patient, now)) {
                Resource whole = response.filter(
                                reference -> resource.type().child("derivedFrom") != null && reference.contains("/"))
                        .map(reference -> resource.with(
                                "derivedFrom", List.of(Element.of("Reference").with("reference", reference))))
                        .orElse(resource);
                write(whole, access, written, failed, until, words).ifPresent(reference -> taken.add(resource));
            }
        }
        return new Recorded(written, failed);
    }

    private Optional<String> write(
            Resource resource,
            Access access,
            List<String> written,
            List<String> failed,
            Deadline until,
            PageWords words) {
        String type = resource.type().name();
        if (!access.mayCreate(type)) {
            failed.add(words.of("answer.not-allowed", type));
            return Optional.empty();
        }
        try {
            String reference = launches.app().orElseThrow().create(access, resource, until);
            written.add(reference);
            return Optional.of(reference);
        } catch (LaunchFailure e) {
            failed.add(type + ": " + e.getMessage());
            return Optional.empty();
        }
    }

    private static List<Resource> resources(List<Answers> answers, String patient, Instant at) {
        return answers.stream()
                .flatMap(one -> one.resources(patient, at).stream())
                .toList();
    }

    /** Entries whose states differ. */
    private static List<Change> changes(DecisionSchema schema, JsonNode before, JsonNode after) {
        List<Change> changes = new ArrayList<>();
        for (Part part : schema.parts()) {
            if (part.kind() != Kind.ITEM && part.kind() != Kind.ITEMS) {
                continue;
            }
            Map<String, JsonNode> first = byId(before.path(part.name()));
            byId(after.path(part.name())).forEach((id, entry) -> {
                String was = Optional.ofNullable(first.get(id))
                        .map(one -> text(one, "state"))
                        .orElse("");
                if (!was.equals(text(entry, "state"))) {
                    changes.add(new Change(
                            (id + " " + text(entry, "title")).strip(), was, text(entry, "state"), text(entry, "why")));
                }
            });
        }
        return changes;
    }

    /** What is said of data and was not said before, such as why one does not count. */
    private static List<String> newSentences(DecisionSchema schema, Decision before, Decision after) {
        return schema.parts().stream()
                .filter(part -> !part.title().isEmpty())
                .filter(part -> part.kind() == Kind.TEXTS || part.columns().containsKey(REFERENCE))
                .flatMap(part -> {
                    List<String> known = sentences(part, before);
                    return sentences(part, after).stream()
                            .filter(text -> !known.contains(text))
                            .map(text -> part.title() + ": " + text);
                })
                .toList();
    }

    private static List<String> sentences(Part part, Decision decision) {
        return decision.part(part.name())
                .valueStream()
                .map(entry -> part.kind() == Kind.TEXTS
                        ? entry.asString()
                        : part.columns().keySet().stream()
                                .filter(column -> !column.equals(REFERENCE)) // of an answer it is made up
                                .map(column -> text(entry, column))
                                .collect(Collectors.joining(" ")))
                .toList();
    }

    private static Map<String, JsonNode> byId(JsonNode entries) {
        Map<String, JsonNode> byId = new LinkedHashMap<>();
        (entries.isArray() ? entries.valueStream() : Stream.of(entries))
                .forEach(entry -> byId.put(text(entry, "id"), entry));
        return byId;
    }

    /** A decision in a sentence, as the content says it. */
    private static String heading(Decision decision) {
        return decision.part("summary").path(0).asString(decision.outcome());
    }

    private static String text(JsonNode entry, String field) {
        return entry.path(field).asString("");
    }
}
