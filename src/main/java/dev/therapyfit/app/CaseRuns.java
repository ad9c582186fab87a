package dev.therapyfit.app;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.therapyfit.authoring.cases.AnswerFile;
import dev.therapyfit.authoring.cases.Case;
import dev.therapyfit.authoring.mutation.MutationTest;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.DecisionSchema.Part;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import dev.therapyfit.cql.evaluation.EvaluationException;
import dev.therapyfit.cql.evaluation.ExpressionResults;
import dev.therapyfit.cql.record.PatientRecord;
import dev.therapyfit.hooks.card.Card;
import dev.therapyfit.hooks.card.Card.Suggestion;
import dev.therapyfit.hooks.card.CardComposer;
import dev.therapyfit.hooks.card.CardComposer.Material;
import dev.therapyfit.hooks.catalog.CdsService;
import dev.therapyfit.hooks.catalog.ServiceCatalog;
import dev.therapyfit.hooks.decision.Decision;
import dev.therapyfit.hooks.decision.DecisionMaker;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Runs test cases of a content. The answer about a case is all that the rules say: its decision, and what the cards of each hook
 * say and suggest, as maps and lists.
 */
public final class CaseRuns implements MutationTest.Trial {
    /** The cards in an answer, by their hooks. */
    public static final String CARDS = "cards";

    private static final JsonMapper JSON = new JsonMapper();
    private static final URI PAGE = URI.create("https://example.org/decisions/one");
    private static final List<String> OF_THE_EVALUATION = List.of("id", "content", "inputsDigest", "evaluatedAt");

    /** What identifies an entry of a list to a reader. */
    private static final List<String> NAMES = List.of("id", "reference", "label");

    private final CqlEvaluator evaluator;
    private final DecisionMaker maker;
    private final List<CdsService> services;
    private final CardComposer composer = new CardComposer(() -> "");

    private CaseRuns(CqlEvaluator evaluator, DecisionMaker maker, List<CdsService> services) {
        this.evaluator = evaluator;
        this.maker = maker;
        this.services = services;
    }

    /**
     * Of a content.
     *
     * @param evaluator the same, compiled
     */
    public static CaseRuns of(Content content, CqlEvaluator evaluator) {
        return new CaseRuns(
                evaluator,
                DecisionMaker.of(content),
                ServiceCatalog.of(content, evaluator).services());
    }

    /** Makes the decisions. */
    public DecisionMaker maker() {
        return maker;
    }

    /** Runs a case. */
    public CaseRun run(Case about) {
        PatientRecord record = about.record();
        return run(
                about,
                record,
                () -> evaluator.evaluate(record, List.of(DecisionMaker.EXPRESSION), about.inputs(), about.at()));
    }

    /** Makes the answer about a case from its results. */
    public CaseRun run(Case about, ExpressionResults results) {
        return run(about, results.record(), () -> results);
    }

    private CaseRun run(Case about, PatientRecord record, Supplier<ExpressionResults> evaluation) {
        try {
            ExpressionResults results = evaluation.get();
            Decision decision = decision(about, record, results);
            Map<String, Object> answer = answer(decision, results);
            return new CaseRun(about, Optional.of(decision), answer, differences(about, answer), Optional.of(results));
        } catch (EvaluationException | IllegalStateException e) {
            return failed(about, e);
        }
    }

    /** The run of a case about which there is no answer. */
    public static CaseRun failed(Case about, RuntimeException why) {
        return new CaseRun(
                about, Optional.empty(), Map.of(), List.of(String.valueOf(why.getMessage())), Optional.empty());
    }

    private Decision decision(Case about, PatientRecord record, ExpressionResults results) {
        return maker.decide(results, record, about.inputs(), about.name(), about.at());
    }

    // ---- Answers

    @Override
    public Map<String, Object> answer(Case about, PatientRecord record, ExpressionResults results) {
        return answer(decision(about, record, results), results);
    }

    private Map<String, Object> answer(Decision decision, ExpressionResults results) {
        ObjectNode json = JSON.valueToTree(decision.withoutParts());
        json.remove(OF_THE_EVALUATION);
        json.setAll(decision.parts());
        Map<String, Object> answer = new LinkedHashMap<>();
        Stream.concat(maker.schema().parts().stream().map(Part::name).filter(json::has), json.propertyNames().stream())
                .forEach(name -> answer.computeIfAbsent(name, key -> plain(json.path(key))));
        answer.put(CARDS, cards(decision, results));
        return answer;
    }

    /** Of each hook; of one that shows what another shows, only that it does. */
    private Map<String, Object> cards(Decision decision, ExpressionResults results) {
        Map<List<Said>, String> hooks = new HashMap<>();
        Map<String, Object> cards = new LinkedHashMap<>();
        for (CdsService service : services) {
            String hook = service.hook().code();
            List<Said> said =
                    composer
                            .compose(service.cards(), new Material(results, decision, PAGE, true, false))
                            .cards()
                            .stream()
                            .map(Said::of)
                            .toList();
            String same = hooks.putIfAbsent(said, hook);
            cards.put(hook, same == null ? plain(JSON.readTree(JSON.writeValueAsBytes(said))) : "as " + same);
        }
        return cards;
    }

    /** Of a card, what rules give and not its template. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    private record Said(
            String summary, String indicator, @Nullable String detail, List<Suggestion> suggestions) {
        static Said of(Card card) {
            return new Said(card.summary(), card.indicator(), card.detail(), card.suggestions());
        }
    }

    /** JSON as maps, lists and values, of which numbers are as they would be read. */
    private static @Nullable Object plain(JsonNode json) {
        return switch (json.getNodeType()) {
            case OBJECT -> {
                Map<String, Object> map = new LinkedHashMap<>();
                json.forEachEntry((name, value) -> map.put(name, plain(value)));
                yield map;
            }
            case ARRAY -> {
                List<Object> list = new ArrayList<>(json.size());
                json.forEach(value -> list.add(plain(value)));
                yield list;
            }
            case STRING -> json.stringValue();
            case BOOLEAN -> json.booleanValue();
            default -> json.isInt() ? json.intValue() : JSON.readValue(json.toString(), Object.class);
        };
    }

    // ---- What is not as expected

    @Override
    public List<String> differences(Case about, PatientRecord record, ExpressionResults results) {
        return about.expected().answer().isPresent()
                ? differences(about, answer(about, record, results))
                : about.expected()
                        .differences(results.value(DecisionMaker.EXPRESSION, Map.class)
                                .orElse(Map.of()));
    }

    private static List<String> differences(Case about, Map<String, Object> answer) {
        List<String> differences = new ArrayList<>(about.expected().differences(answer));
        about.expected().answer().filter(kept -> !kept.equals(answer)).ifPresent(kept -> {
            List<String> other = compare(kept, answer).stream()
                    .map(one -> "answer/" + one.place() + ": kept " + one.before() + ", was " + one.after())
                    .toList();
            differences.addAll(other.isEmpty() ? List.of(AnswerFile.path(about.name()) + " differs") : other);
        });
        return List.copyOf(differences);
    }

    /**
     * A place at which two answers differ.
     *
     * @param place names of fields and of entries, with strokes between
     * @param before what the first has there
     * @param after what the second has there
     */
    public record Difference(String place, String before, String after) {}

    /** Every place at which two answers, or parts of them, differ. */
    public static List<Difference> compare(@Nullable Object before, @Nullable Object after) {
        List<Difference> differences = new ArrayList<>();
        compare("", before, after, differences);
        return differences;
    }

    private static void compare(
            String place, @Nullable Object before, @Nullable Object after, List<Difference> differences) {
        if (Objects.equals(before, after)) {
            return;
        }
        String start = place.isEmpty() ? "" : place + "/";
        if (before instanceof Map<?, ?> one && after instanceof Map<?, ?> other) {
            Set<Object> keys = new LinkedHashSet<>(one.keySet());
            keys.addAll(other.keySet());
            keys.forEach(key -> compare(start + key, one.get(key), other.get(key), differences));
        } else if (before instanceof List<?> one && after instanceof List<?> other && one.size() == other.size()) {
            for (int i = 0; i < one.size(); i++) {
                compare(start + name(one.get(i), i), one.get(i), other.get(i), differences);
            }
        } else {
            differences.add(new Difference(place, String.valueOf(before), String.valueOf(after)));
        }
    }

    private static Object name(@Nullable Object entry, int place) {
        return entry instanceof Map<?, ?> map
                ? NAMES.stream()
                        .filter(map::containsKey)
                        .<Object>map(map::get)
                        .findFirst()
                        .orElse(place)
                : place;
    }
}
