package dev.therapyfit.app;

import dev.therapyfit.authoring.cases.AnswerFile;
import dev.therapyfit.authoring.cases.Case;
import dev.therapyfit.authoring.mutation.MutationTest;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.DecisionSchema.Part;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import dev.therapyfit.cql.evaluation.EvaluationException;
import dev.therapyfit.cql.evaluation.ExpressionResults;
import dev.therapyfit.cql.record.PatientRecord;
import dev.therapyfit.hooks.card.CardComposer;
import dev.therapyfit.hooks.card.CardComposer.Material;
import dev.therapyfit.hooks.catalog.CdsService;
import dev.therapyfit.hooks.catalog.ServiceCatalog;
import dev.therapyfit.hooks.decision.Decision;
import dev.therapyfit.hooks.decision.DecisionMaker;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Runs test cases of a content. The answer about a case is all that the rules say: its decision, and what the cards of each hook
 * say and suggest, as maps and lists.
 */
public final class CaseRuns implements MutationTest.Trial {
    /** The cards in an answer, by their hooks. */
    static final String CARDS = "cards";

    private static final JsonMapper JSON = new JsonMapper();
    private static final URI PAGE = URI.create("https://example.org/decisions/one");
    private static final List<String> OF_THE_EVALUATION = List.of("id", "content", "inputsDigest", "evaluatedAt");

    /** Of a card, what rules give and not its template. */
    private static final List<String> OF_RULES = List.of("summary", "indicator", "detail", "suggestions");

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
        try {
            PatientRecord record = about.record();
            ExpressionResults results =
                    evaluator.evaluate(record, List.of(DecisionMaker.EXPRESSION), about.inputs(), about.at());
            Decision decision = decision(about, record, results);
            Map<String, Object> answer = answer(decision, results);
            return new CaseRun(about, Optional.of(decision), answer, differences(about, answer));
        } catch (EvaluationException | IllegalStateException e) {
            return new CaseRun(about, Optional.empty(), Map.of(), List.of(String.valueOf(e.getMessage())));
        }
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
        ObjectNode json = JSON.valueToTree(decision);
        json.remove(OF_THE_EVALUATION);
        Map<String, Object> answer = new LinkedHashMap<>();
        Stream.concat(maker.schema().parts().stream().map(Part::name).filter(json::has), json.propertyNames().stream())
                .forEach(name -> answer.computeIfAbsent(name, part -> plain(json.get(part))));
        Map<String, Object> cards = new LinkedHashMap<>();
        for (CdsService service : services) {
            Object shown = plain(cards(service, decision, results));
            String before = cards.entrySet().stream()
                    .filter(entry -> entry.getValue().equals(shown))
                    .map(entry -> "as " + entry.getKey())
                    .findFirst()
                    .orElse("");
            cards.put(service.hook().code(), before.isEmpty() ? shown : before);
        }
        answer.put(CARDS, cards);
        return answer;
    }

    private JsonNode cards(CdsService service, Decision decision, ExpressionResults results) {
        // by its text, since what an action creates is JSON already
        ArrayNode cards = (ArrayNode) JSON.readTree(JSON.writeValueAsString(
                composer.compose(service.cards(), new Material(results, decision, PAGE, true, false))
                        .cards()));
        cards.forEach(card -> ((ObjectNode) card).retain(OF_RULES));
        return cards;
    }

    /** By its text, so that numbers are as they would be read. */
    private static Object plain(JsonNode json) {
        return JSON.readValue(json.toString(), Object.class);
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
            List<String> other = new ArrayList<>();
            compare("", kept, answer, other);
            differences.addAll(other.isEmpty() ? List.of(AnswerFile.path(about.name()) + " differs") : other);
        });
        return List.copyOf(differences);
    }

    /** A sentence for each place at which an answer is not as it was kept. */
    private static void compare(String place, @Nullable Object kept, @Nullable Object now, List<String> differences) {
        if (Objects.equals(kept, now)) {
            return;
        }
        if (kept instanceof Map<?, ?> before && now instanceof Map<?, ?> after) {
            Set<Object> keys = new LinkedHashSet<>(before.keySet());
            keys.addAll(after.keySet());
            keys.forEach(key -> compare(place + "/" + key, before.get(key), after.get(key), differences));
        } else if (kept instanceof List<?> before && now instanceof List<?> after && before.size() == after.size()) {
            for (int i = 0; i < before.size(); i++) {
                compare(place + "/" + name(before.get(i), i), before.get(i), after.get(i), differences);
            }
        } else {
            differences.add("answer" + place + ": kept " + kept + ", was " + now);
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
