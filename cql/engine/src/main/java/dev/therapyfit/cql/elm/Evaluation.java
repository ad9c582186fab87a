package dev.therapyfit.cql.elm;

import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.opencds.cqf.cql.engine.execution.CqlEngine;
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

    private static final int NONE = -1;

    private final Program program;
    private final ZonedDateTime at;
    private final Data data;
    private final State state;
    private final Map<String, ?> parameters;
    private final Runnable interruption;
    private final @Nullable Object[] definitions;
    private final IdentityHashMap<Iterable<?>, Map<Object, List<@Nullable Object>>> byKey = new IdentityHashMap<>();
    private int rows;
    private final int variant;
    private final @Nullable Object[] before;
    private final BitSet asked = new BitSet();
    private @Nullable Differing differing;
    private int definition = NONE;

    Evaluation(Program program, Data data, Map<String, ?> parameters, ZonedDateTime at, Runnable interruption) {
        this.program = program;
        this.at = at;
        this.data = data;
        this.state = state(program, at);
        this.parameters = parameters;
        this.interruption = interruption;
        this.definitions = new @Nullable Object[program.definitions().length];
        Arrays.fill(this.definitions, UNKNOWN);
        this.variant = NONE;
        this.before = definitions;
    }

    private Evaluation(
            Evaluation first, Program program, State state, Data data, @Nullable Object[] before, int variant) {
        this.program = program;
        this.at = first.at;
        this.data = data;
        this.state = state;
        this.parameters = first.parameters;
        this.interruption = first.interruption;
        this.definitions = before.clone();
        this.variant = variant;
        this.before = before;
    }

    private static State state(Program program, ZonedDateTime at) {
        State state = new State(program.environment(), EnumSet.noneOf(CqlEngine.Options.class));
        state.setEvaluationDateTime(at);
        return state;
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
        Definition definition = program.definition(library, name);
        asked.set(definition.index());
        return definition.value(this);
    }

    /**
     * The same evaluation with a variant in the place of what is written. What does not rest on it is taken over from this
     * one, which goes on to be of the same thread. Empty if all that was asked for has the same value there.
     *
     * @param number of a variant that this one {@link #compare compares}
     */
    public Optional<Evaluation> vary(int number) {
        Evaluation next = new Evaluation(this, program, state, data, definitions, number);
        BitSet others = program.order()
                .evaluateAgain(next, Objects.requireNonNull(differing).places(number));
        return others.intersects(asked) ? Optional.of(next) : Optional.empty();
    }

    /**
     * The same evaluation with a program in which some definitions are written otherwise.
     *
     * @param other gives the patient's data
     * @param numbered the values of the definitions by the numbers that these have there
     * @param rewritten numbers that these definitions have there
     */
    Evaluation continued(Program with, Data other, @Nullable Object[] numbered, BitSet rewritten) {
        Evaluation next = new Evaluation(this, with, state(with, at), other, numbered, NONE);
        with.order().evaluateAgain(next, rewritten);
        return next;
    }

    /**
     * Evaluates variants too, wherever one stands, and notes which have another value. Before anything is asked for.
     *
     * @param wanted numbers of the variants; does not change
     */
    public void compare(BitSet wanted) {
        differing = new Differing(wanted);
    }

    /** Numbers of the variants that had another value somewhere. */
    public IntStream differing() {
        return Objects.requireNonNull(differing).variants();
    }

    /** True if a part of what has these variants may be another. */
    boolean varies(int first, int last) {
        return differing == null ? variant >= first && variant <= last : differing.wantsOneOf(first, last);
    }

    /** From now on a definition is evaluated; gives the one that was until now. */
    int enter(int number) {
        int outer = definition;
        definition = number;
        return outer;
    }

    /** Number of the variant that is chosen; less than 0: none. */
    int variant() {
        return variant;
    }

    /** Notes which of these variants have another value than what is written. */
    void compare(@Nullable Object value, int first, Node[] variants, @Nullable Object[] slots) {
        if (differing == null) {
            return;
        }
        for (int i = 0; i < variants.length; i++) {
            if (differing.wants(first + i, definition) && differs(value, variants[i], slots)) {
                differing.note(first + i, definition);
            }
        }
    }

    private boolean differs(@Nullable Object value, Node other, @Nullable Object[] slots) {
        int here = definition;
        try {
            return !SameValue.of(value, other.value(this, slots));
        } catch (RuntimeException e) {
            definition = here;
            return true; // it fails where the other does not
        }
    }

    /** What operators of the CQL engine want to know: the instant, units, how values of FHIR are equal. */
    State state() {
        return state;
    }

    /** The patient. */
    public Data data() {
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
        Object kept = SameValue.of(before[definition], value) ? before[definition] : value;
        definitions[definition] = kept;
        return kept;
    }

    /** From now on the value of a definition is not known. */
    void forget(int definition) {
        definitions[definition] = UNKNOWN;
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
