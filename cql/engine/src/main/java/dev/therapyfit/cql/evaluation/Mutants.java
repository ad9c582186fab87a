package dev.therapyfit.cql.evaluation;

import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.ContentException;
import dev.therapyfit.cql.elm.Evaluation;
import dev.therapyfit.cql.elm.Program;
import dev.therapyfit.cql.elm.Program.Variant;
import dev.therapyfit.cql.evaluation.ClauseCounter.Clause;
import dev.therapyfit.cql.evaluation.MutationOperators.Mutation;
import dev.therapyfit.cql.record.PatientRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.hl7.elm.r1.Expression;

/**
 * The content with one small fault at a time, all compiled at once, so that a mutant costs no more than an evaluation. For
 * whoever asks whether the test cases would notice. Thread-safe once compiled.
 */
public final class Mutants {
    private final CompiledContent compiled;
    private final Program program;
    private final List<Mutant> all = new ArrayList<>();

    private Mutants(Content content, CompiledContent compiled) {
        this.compiled = compiled;
        ClauseNumbers numbers = ClauseNumbers.of(content, compiled.libraries());
        List<Clause> clauses = numbers.clauses();
        MutationOperators operators = new MutationOperators(compiled.libraries(), main());
        IdentityHashMap<Expression, List<Variant>> known = new IdentityHashMap<>();
        this.program = compiled.varied(expression -> {
            Integer number = numbers.of(expression);
            return number == null
                    ? List.of()
                    : known.computeIfAbsent(
                            expression, elm -> variants(clauses.get(number), operators.of(elm, clauses.get(number))));
        });
    }

    /**
     * A fault.
     *
     * @param number how it is asked for
     * @param clause the piece of CQL that is another
     * @param kind what is mistaken: {@code limit}, {@code comparison}, {@code condition}, {@code not}, {@code null}, {@code
     *     where}, {@code value-set} or {@code interval}
     * @param change what it is instead
     */
    public record Mutant(int number, Clause clause, String kind, String change) {}

    /**
     * Compiles all CQL of the content with its mutants.
     *
     * @throws ContentException as {@link CqlEvaluator#compile} does
     */
    public static Mutants compile(Content content) {
        return new Mutants(content, CqlEvaluator.compile(content).compiled());
    }

    /** The same for the expressions of a library. */
    static Mutants compile(Content content, String mainLibrary) {
        return new Mutants(content, CqlEvaluator.compile(content, mainLibrary).compiled());
    }

    private List<Variant> variants(Clause clause, List<Mutation> mutations) {
        List<Variant> variants = new ArrayList<>();
        for (Mutation mutation : mutations) {
            variants.add(new Variant(all.size(), mutation.elm()));
            all.add(new Mutant(all.size(), clause, mutation.kind(), mutation.change()));
        }
        return variants;
    }

    /** All mutants, by their numbers. */
    public List<Mutant> all() {
        return Collections.unmodifiableList(all);
    }

    /**
     * An evaluation without mutants, from which those of mutants start. For one thread.
     *
     * @param wanted numbers of the mutants that are tried; does not change
     * @param question asks for the expressions that matter, which may depend on the values of others
     * @throws EvaluationException if one of them fails
     */
    public Baseline baseline(
            PatientRecord record, Inputs inputs, Instant at, BitSet wanted, Consumer<ExpressionResults> question) {
        Evaluation evaluation =
                compiled.evaluation(program, record, inputs.parameters(record), at, Cancellation.ENDLESS);
        evaluation.compare(wanted);
        Map<String, Optional<Object>> values = new LinkedHashMap<>();
        question.accept(new ExpressionResults(asked -> {
            values.putAll(values(evaluation, asked));
            return values;
        }));
        return new Baseline(evaluation, values);
    }

    /** What is so without mutants. */
    public final class Baseline {
        private final Evaluation evaluation;
        private final Map<String, Optional<Object>> values;

        private Baseline(Evaluation evaluation, Map<String, Optional<Object>> values) {
            this.evaluation = evaluation;
            this.values = values;
        }

        /**
         * The numbers of the wanted mutants that were reached, and whose piece of CQL had another value: no other can
         * change a result.
         */
        public IntStream differing() {
            return evaluation.differing();
        }

        /**
         * What a wanted mutant gives; empty if it gives the same for what was asked.
         *
         * @throws EvaluationException if it fails
         */
        public Optional<ExpressionResults> with(int mutant) {
            return evaluation.vary(mutant).flatMap(this::changed);
        }

        private Optional<ExpressionResults> changed(Evaluation varied) {
            Map<String, Optional<Object>> changed = new LinkedHashMap<>();
            values.forEach((name, known) -> changed.put(name, isTakenOver(varied, name) ? known : plain(varied, name)));
            return changed.equals(values)
                    ? Optional.empty()
                    : Optional.of(new ExpressionResults(
                            asked -> changed.keySet().containsAll(asked) ? changed : values(varied, asked)));
        }

        private boolean isTakenOver(Evaluation varied, String name) {
            String library = main();
            return CqlEvaluator.value(varied, library, name) == CqlEvaluator.value(evaluation, library, name);
        }
    }

    private Map<String, Optional<Object>> values(Evaluation evaluation, Collection<String> names) {
        Map<String, Optional<Object>> values = new LinkedHashMap<>();
        names.forEach(name -> values.put(name, plain(evaluation, name)));
        return values;
    }

    private Optional<Object> plain(Evaluation evaluation, String name) {
        return Optional.ofNullable(EngineValues.plain(CqlEvaluator.value(evaluation, main(), name)));
    }

    private String main() {
        return String.valueOf(compiled.main().getId());
    }
}
