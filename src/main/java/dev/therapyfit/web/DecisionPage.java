package dev.therapyfit.web;

import dev.therapyfit.cql.content.DecisionSchema;
import dev.therapyfit.cql.content.DecisionSchema.Kind;
import dev.therapyfit.cql.content.DecisionSchema.Part;
import dev.therapyfit.hooks.CurrentContent;
import dev.therapyfit.hooks.HookPipeline;
import dev.therapyfit.hooks.LoadedContent;
import dev.therapyfit.hooks.decision.Decision;
import dev.therapyfit.hooks.decision.DecisionInputs;
import dev.therapyfit.hooks.failure.CdsFailure;
import dev.therapyfit.web.DecisionView.Datum;
import dev.therapyfit.web.DecisionView.End;
import dev.therapyfit.web.DecisionView.Entry;
import dev.therapyfit.web.DecisionView.Fold;
import dev.therapyfit.web.DecisionView.Mark;
import dev.therapyfit.web.DecisionView.Question;
import dev.therapyfit.web.DecisionView.Scale;
import dev.therapyfit.web.DecisionView.Section;
import dev.therapyfit.web.LinkedDecisions.Link;
import dev.therapyfit.web.RecentInputs.Recent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Makes the page of a decision: each part that the content's schema gives a title, in the schema's order. */
@Component
final class DecisionPage {
    private static final String STATE = "state";
    private static final String MET = "met";
    private static final String UNKNOWN = "unknown";
    private static final String NOT_APPLICABLE = "not-applicable";

    /** Signs of states, for whoever sees no colours. */
    private static final Map<String, String> SIGNS =
            Map.of(MET, "●", UNKNOWN, "?", "not-met", "○", NOT_APPLICABLE, "–");

    private static final double MIDDLE = 180;
    private static final double HALF = 150;
    private static final int SHORT_DIGEST = 12;

    private final CurrentContent content;
    private final RecentInputs recent;
    private final PossibleAnswers possible;
    private final PageTemplates templates;
    private final JsonMapper json = new JsonMapper();

    DecisionPage(CurrentContent content, RecentInputs recent, PossibleAnswers possible, PageTemplates templates) {
        this.content = content;
        this.recent = recent;
        this.possible = possible;
        this.templates = templates;
    }

    /**
     * The page of a decision.
     *
     * @param link what gives its reader the right to it
     */
    String of(Decision decision, PageWords words, Link link) {
        return templates.rendered("decision.jte", view(decision, words, link));
    }

    /** The page in place of one. */
    String of(CdsFailure failure, PageWords words) {
        String why = failure.problems().get(0).diagnostics();
        String sentence = why.substring(0, 1).toUpperCase(Locale.ROOT) + why.substring(1) + ".";
        return templates.rendered("failure.jte", Map.of("words", words, "why", sentence));
    }

    /** A page, or that one with the failure's status. */
    ResponseEntity<String> orFailure(PageWords words, Supplier<ResponseEntity<String>> page) {
        try {
            return page.get();
        } catch (CdsFailure failure) {
            return ResponseEntity.status(FailureAdvice.status(failure))
                    .headers(Pages.html("").getHeaders())
                    .body(of(failure, words));
        }
    }

    private DecisionView view(Decision decision, PageWords words, Link link) {
        HookPipeline pipeline = content.pipeline();
        LoadedContent current = pipeline.content();
        DecisionSchema schema = current.schema();
        JsonNode whole = json.valueToTree(decision);
        Optional<DecisionInputs> inputs = recent.find(decision.id())
                .map(Recent::inputs)
                .filter(kept ->
                        decision.content().sha256().equals(current.content().sha256()));
        List<Scale> scales = new ArrayList<>();
        List<Section> sections = new ArrayList<>();
        for (Part part : schema.parts()) {
            JsonNode value = whole.path(part.name());
            JsonNode of = schema.json().path("properties").path(part.name());
            JsonNode scale = of.path("x-scale");
            if (scale.isObject() && value.isArray()) {
                scales.add(scale(scale, value, whole, words));
            }
            if (!part.title().isEmpty() && !value.isMissingNode()) {
                sections.add(section(
                        part,
                        value,
                        id -> inputs.isPresent() && !part.expressions().isEmpty()
                                ? link.path("/explain") + "&part=" + part.name() + "&of=" + id
                                : "",
                        whole.path("trends"),
                        inputs.filter(kept -> of.path("x-answers").asBoolean(false))
                                .map(kept -> possible.of(pipeline, kept, decision))
                                .orElse(List.of()),
                        words));
            }
        }
        String about = Stream.of(decision.patient(), decision.order().orElse(""))
                .filter(one -> !one.isEmpty())
                .collect(Collectors.joining(", "));
        String outcome = decision.outcomeWithReason();
        List<String> summary = texts(whole.path("summary"));
        return new DecisionView(
                words,
                summary.isEmpty() ? outcome : summary.get(0),
                summary.stream().skip(1).toList(),
                words.of(
                        "about",
                        outcome,
                        about,
                        decision.evaluatedAt().toString(),
                        decision.content().name(),
                        decision.content().version(),
                        decision.rule(),
                        decision.content().sha256().substring(0, SHORT_DIGEST)),
                List.copyOf(scales),
                sections.stream().filter(section -> !section.isEmpty()).toList(),
                sections.stream().filter(Section::isEmpty).map(Section::title).collect(Collectors.joining(", ")),
                schema.json().path("description").asString(""),
                link.query() + "&format=json",
                inputs.isPresent() ? link.path("/answer") : "");
    }

    // ---- The picture

    /** Which entries speak for which end, where that puts the patient, and how far unknown ones could move it. */
    private static Scale scale(JsonNode scale, JsonNode entries, JsonNode decision, PageWords words) {
        List<String> ends = List.copyOf(scale.path("ends").propertyNames());
        List<List<JsonNode>> sides = ends.stream()
                .map(end -> entries.valueStream()
                        .filter(entry ->
                                text(entry, scale.path("field").asString("")).equals(end))
                        .toList())
                .toList();
        List<JsonNode> left = sides.get(0);
        List<JsonNode> right = sides.get(1);
        int toLeft = mostMet(left);
        int toRight = mostMet(right);
        int at = count(right, MET) - count(left, MET);
        List<String> ruledOut = texts(decision.path(scale.path("ruledOut").asString("")));
        List<End> shown = IntStream.range(0, ends.size())
                .mapToObj(i -> new End(
                        said(
                                scale.path("ends").path(ends.get(i)).asString(""),
                                sides.get(i),
                                ruledOut.contains(ends.get(i)),
                                words),
                        sides.get(i).stream().map(DecisionPage::mark).toList()))
                .toList();
        return new Scale(
                shown.stream().map(end -> end.said() + ".").collect(Collectors.joining(" ")),
                IntStream.rangeClosed(-toLeft, toRight)
                        .mapToObj(step -> place(step, toLeft, toRight))
                        .toList(),
                place(at, toLeft, toRight),
                place(at - count(left, UNKNOWN), toLeft, toRight),
                place(at + count(right, UNKNOWN), toLeft, toRight),
                ruledOut.isEmpty(),
                shown);
    }

    /** How many entries of an end can be met; where none can, one, so that the end is apart from the middle. */
    private static int mostMet(List<JsonNode> end) {
        return Math.max(1, end.size() - count(end, NOT_APPLICABLE));
    }

    /** The ends stand for all that can be met there. */
    private static double place(int step, int toLeft, int toRight) {
        return MIDDLE + Math.round(step * HALF / (step < 0 ? toLeft : toRight) * 10) / 10.0;
    }

    private static String said(String end, List<JsonNode> entries, boolean isRuledOut, PageWords words) {
        if (isRuledOut) {
            return words.of("ruled-out", end);
        }
        int unknown = count(entries, UNKNOWN);
        return unknown == 0
                ? words.of(MET, end, count(entries, MET))
                : words.of("met.unknown", end, count(entries, MET), unknown);
    }

    private static int count(List<JsonNode> entries, String state) {
        return (int) entries.stream()
                .filter(entry -> text(entry, STATE).equals(state))
                .count();
    }

    private static Mark mark(JsonNode entry) {
        String state = text(entry, STATE);
        return new Mark(state, SIGNS.getOrDefault(state, ""), named(entry));
    }

    // ---- The parts

    private static Section section(
            Part part,
            JsonNode value,
            UnaryOperator<String> explained,
            JsonNode limits,
            List<Question> questions,
            PageWords words) {
        List<JsonNode> entries = value.isArray() ? value.valueStream().toList() : List.of(value);
        List<String> heads = List.copyOf(part.columns().values());
        if (part.kind() == Kind.ITEM || part.kind() == Kind.ITEMS) {
            List<JsonNode> raised = entries.stream()
                    .filter(entry -> !part.quiet().contains(text(entry, STATE)))
                    .toList();
            return new Section(
                    part.title(),
                    heads,
                    entries(part, raised, explained, limits, words),
                    part.quiet().stream()
                            .map(state -> entries.stream()
                                    .filter(entry -> text(entry, STATE).equals(state))
                                    .toList())
                            .filter(ofState -> !ofState.isEmpty())
                            .map(ofState -> new Fold(
                                    folded(part, ofState, words), entries(part, ofState, explained, limits, words)))
                            .toList(),
                    List.of(),
                    List.of(),
                    questions);
        }
        boolean isRows = part.kind() == Kind.ROWS;
        return new Section(
                part.title(),
                heads,
                List.of(),
                List.of(),
                isRows ? entries.stream().map(entry -> cells(part, entry)).toList() : List.of(),
                isRows ? List.of() : entries.stream().map(JsonNode::asString).toList(),
                questions);
    }

    private static List<Entry> entries(
            Part part, List<JsonNode> entries, UnaryOperator<String> explained, JsonNode limits, PageWords words) {
        return entries.stream()
                .map(entry -> {
                    String state = text(entry, STATE);
                    boolean isRaised = !part.quiet().isEmpty() && !part.quiet().contains(state);
                    return new Entry(
                            named(entry),
                            state,
                            isRaised ? "raised" : state,
                            text(entry, "why"),
                            entry.path("evidence")
                                    .valueStream()
                                    .map(DecisionPage::datum)
                                    .toList(),
                            Trends.of(entry.path("evidence"), limits, words),
                            cells(part, entry),
                            explained.apply(text(entry, "id")));
                })
                .toList();
    }

    /** What is not recorded is not denied, and neither is said of the other. */
    private static String folded(Part part, List<JsonNode> ofState, PageWords words) {
        String state = text(ofState.get(0), STATE);
        if (part.cleared().isEmpty()) {
            return state + ": " + ofState.size();
        }
        return words.of(state.equals(part.cleared()) ? "fold.cleared" : "fold.open", ofState.size());
    }

    private static List<String> cells(Part part, JsonNode entry) {
        return part.columns().keySet().stream()
                .map(column -> texts(entry.path(column)).stream()
                        .map(text -> part.word(column, text))
                        .collect(Collectors.joining(", ")))
                .toList();
    }

    private static Datum datum(JsonNode datum) {
        String value = datum.has("value") ? (datum.path("value").asString("") + " " + text(datum, "unit")).strip() : "";
        String code = text(datum, "code");
        String said = Stream.of(value, text(datum, "date"), text(datum, "origin"))
                .filter(one -> !one.isEmpty())
                .collect(Collectors.joining(", "));
        return new Datum(
                text(datum, "reference"),
                (code.isEmpty() ? "" : " (" + code + ")") + (said.isEmpty() ? "" : ": " + said));
    }

    private static String named(JsonNode entry) {
        return Stream.of(text(entry, "id"), text(entry, "title"))
                .filter(one -> !one.isEmpty())
                .collect(Collectors.joining(" "));
    }

    private static List<String> texts(JsonNode value) {
        return value.isArray()
                ? value.valueStream().map(JsonNode::asString).toList()
                : Optional.of(value.asString("")).filter(one -> !one.isEmpty()).stream()
                        .toList();
    }

    private static String text(JsonNode entry, String field) {
        return entry.path(field).asString("");
    }
}
