package dev.therapyfit.cql.elm;

import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.opencds.cqf.cql.engine.execution.CqlEngine;
import org.opencds.cqf.cql.engine.execution.Environment;
import org.opencds.cqf.cql.engine.execution.State;

/**
 * One evaluation of a {@link Program}: of one patient, at one instant, with one set of parameters. Definitions are
 * evaluated when they are asked for, each once. For one thread.
 */
public final class Evaluation {
    /** Stands in a slot until its value is known; null is a value. */
    static final Object UNKNOWN = new Object();

    /** Of so many rows of a query one asks whether somebody still waits. */
    private static final int SELDOM = 64;

    private final Program program;
    private final ZonedDateTime at;
    private final Data data;
    private final State state;
    private final Map<String, ?> parameters;
    private final Runnable interruption;
    private final @Nullable Object[] definitions;
    private final IdentityHashMap<Iterable<?>, Map<Object, List<@Nullable Object>>> byKey = new IdentityHashMap<>();
    private int rows;
    private int variant = -1;
    private @Nullable BitSet differing;
    private @Nullable Reuse reuse;
    private boolean isAsBefore;
    private @Nullable Object[] before = {};

    Evaluation(
            Program program,
            Environment environment,
            Data data,
            Map<String, ?> parameters,
            ZonedDateTime at,
            Runnable interruption,
            int definitions) {
        this.program = program;
        this.at = at;
        this.data = data;
        this.state = new State(environment, EnumSet.noneOf(CqlEngine.Options.class));
        state.setEvaluationDateTime(at);
        this.parameters = parameters;
        this.interruption = interruption;
        this.definitions = new @Nullable Object[definitions];
        Arrays.fill(this.definitions, UNKNOWN);
    }

    /**
     * The value of an expression.
     *
     * @param library the library that defines it
     * @param name its name
     * @throws IllegalArgumentException if there is no such expression
     * @throws EvaluationFailure if an operator fails
     */
    public @Nullable Object value(String library, String name) {
        return program.definition(library, name).value(this);
    }

    /**
     * The same evaluation with a variant in the place of what is written. What does not rest on it is taken over from this
     * one, which goes on to be of the same thread.
     */
    public Evaluation vary(int number) {
        return continued(program, UnaryOperator.identity(), Object[]::clone, program.reuse(number), number);
    }

    /**
     * The same evaluation with a program in which some definitions are written otherwise.
     *
     * @param its gives the patient's data
     * @param numbered gives the values of the definitions by the numbers that these have there; a copy
     * @param chosen the variant; -1: none
     */
    Evaluation continued(
            Program with, UnaryOperator<Data> its, UnaryOperator<@Nullable Object[]> numbered, Reuse what, int chosen) {
        Evaluation next = with.evaluation(its.apply(data), parameters, at, interruption);
        next.variant = chosen;
        next.reuse = what;
        next.before = numbered.apply(definitions);
        System.arraycopy(next.before, 0, next.definitions, 0, next.before.length);
        what.affected().stream().forEach(i -> next.definitions[i] = UNKNOWN);
        next.isAsBefore = what.changesNothing(next, next.before);
        if (next.isAsBefore) {
            System.arraycopy(next.before, 0, next.definitions, 0, next.before.length);
        }
        return next;
    }

    /** True if it varies another one and every value is that one's. */
    public boolean isAsBefore() {
        return isAsBefore;
    }

    /**
     * From now on evaluates all variants too, wherever one stands, and notes the numbers of those whose value is another.
     *
     * @param noted takes them; null: no longer
     */
    public void compare(@Nullable BitSet noted) {
        differing = noted;
    }

    /** True if a part of what has these variants may be another. */
    boolean varies(int first, int last) {
        return differing != null || (variant >= first && variant <= last);
    }

    int variant() {
        return variant;
    }

    @Nullable
    BitSet differing() {
        return differing;
    }

    /** What operators of the CQL engine want to know: the instant, units, how values of FHIR are equal. */
    State state() {
        return state;
    }

    Data data() {
        return data;
    }

    Map<String, ?> parameters() {
        return parameters;
    }

    @Nullable
    Object known(int definition) {
        return definitions[definition];
    }

    /** Keeps the value of a definition, and gives the one it keeps: if that is as before, the very one of before. */
    @Nullable
    Object know(int definition, @Nullable Object value) {
        Object kept = reuse != null && SameValue.of(before[definition], value) ? before[definition] : value;
        definitions[definition] = kept;
        return kept;
    }

    /** The value that a definition had, if it has it still. */
    @Nullable
    Object takeOver(int definition) {
        if (reuse == null || before[definition] == UNKNOWN || !reuse.isAsBefore(definition, this, before)) {
            return UNKNOWN;
        }
        definitions[definition] = before[definition];
        return before[definition];
    }

    /** The elements of a list, which does not change, by key. */
    Map<Object, List<@Nullable Object>> byKey(Iterable<?> list) {
        return byKey.computeIfAbsent(list, Lists::byKey);
    }

    /** Told of each row of a query. */
    void row() {
        if (++rows % SELDOM == 0) {
            interruption.run();
        }
    }

    /** Told of each retrieve. */
    void retrieve() {
        interruption.run();
    }
}
