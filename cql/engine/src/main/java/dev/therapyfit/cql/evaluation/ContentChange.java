package dev.therapyfit.cql.evaluation;

import dev.therapyfit.cql.elm.Data;
import dev.therapyfit.cql.elm.Evaluation;
import dev.therapyfit.cql.elm.Revision;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.terminology.Terminology;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.hl7.elm.r1.ExpressionDef;

/**
 * A content beside an earlier one, of which it says most. What was evaluated with the earlier one is evaluated again at the cost
 * of what differs. Thread-safe.
 */
public final class ContentChange {
    private static final String VALUE_SET = "ValueSet";

    private final CqlEvaluator now;
    private final boolean isSameTerminology;
    private final Revision revision;

    private ContentChange(CqlEvaluator now, boolean isSameTerminology, Revision revision) {
        this.now = now;
        this.isSameTerminology = isSameTerminology;
        this.revision = revision;
    }

    /**
     * From a content to another. Empty if they differ in what everything rests on: code systems and concept maps, by which
     * records are read, or what libraries declare besides expressions and functions. New declarations are no difference.
     */
    public static Optional<ContentChange> between(CqlEvaluator before, CqlEvaluator now) {
        CompiledContent first = before.compiled();
        CompiledContent second = now.compiled();
        Set<String> valueSets = otherValueSets(first, second);
        if (!first.main().equals(second.main())
                || !before.parameters().equals(now.parameters())
                || !withoutValueSets(first).equals(withoutValueSets(second))
                || first.conceptMaps().valueSets().stream().anyMatch(valueSets::contains)) {
            return Optional.empty();
        }
        IdentityHashMap<ExpressionDef, String> texts = new IdentityHashMap<>();
        Map<String, String> declared = declarations(second, texts);
        if (!declared.entrySet().containsAll(declarations(first, texts).entrySet())) {
            return Optional.empty();
        }
        return Optional.of(new ContentChange(
                now,
                first.terminology() == second.terminology(),
                Revision.of(
                        before.program(), now.program(), def -> Objects.requireNonNull(texts.get(def)), valueSets)));
    }

    private static Map<String, String> declarations(
            CompiledContent content, IdentityHashMap<ExpressionDef, String> texts) {
        Map<String, String> declarations = new HashMap<>();
        content.libraryManager().getCompiledLibraries().values().forEach(library -> {
            LibraryText text = LibraryText.of(library);
            texts.putAll(text.statements());
            declarations.putAll(text.declarations());
        });
        return declarations;
    }

    private static Set<Resource> withoutValueSets(CompiledContent content) {
        Set<Resource> rest = new HashSet<>(content.vocabulary());
        rest.removeIf(resource -> resource.is(VALUE_SET));
        return rest;
    }

    /** URLs of the value sets of the second that differ from those of the first, or that import one which does. */
    private static Set<String> otherValueSets(CompiledContent first, CompiledContent second) {
        if (first.terminology() == second.terminology()) {
            return Set.of();
        }
        Set<Resource> before = new HashSet<>(first.vocabulary());
        List<Resource> sets = second.vocabulary().stream()
                .filter(resource -> resource.is(VALUE_SET))
                .toList();
        Set<String> others = new HashSet<>();
        int known;
        do {
            known = others.size();
            for (Resource set : sets) {
                if (!before.contains(set) || Terminology.imports(set).anyMatch(others::contains)) {
                    others.add(set.text("url").orElse(""));
                }
            }
        } while (others.size() > known);
        return others;
    }

    /**
     * What an evaluation gives with the later content.
     *
     * @param results of the same record, with the same inputs, at the same instant
     * @param isSame true if every expression that was asked for has the value that it had
     */
    public record Again(ExpressionResults results, boolean isSame) {}

    /** Evaluates what was asked for before. Fails as {@link CqlEvaluator#evaluate} does. */
    public Again evaluate(ExpressionResults before) {
        Evaluation first = before.evaluation();
        Evaluation second = revision.evaluation(first, this::data);
        boolean isSame = now.expressions().containsAll(before.asked())
                && before.asked().stream().allMatch(name -> now.value(second, name) == now.value(first, name));
        return new Again(now.results(second, before.asked()), isSame);
    }

    private Data data(Data before) {
        return isSameTerminology || !(before instanceof RecordData record) ? before : record.with(now.terminology());
    }
}
