package dev.therapyfit.cql.elm;

import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
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
    private final Data data;
    private final State state;
    private final Map<String, ?> parameters;
    private final Runnable interruption;
    private final @Nullable Object[] definitions;
    private final IdentityHashMap<Iterable<?>, Map<Object, List<@Nullable Object>>> byKey = new IdentityHashMap<>();
    private int rows;

    Evaluation(
            Program program,
            Environment environment,
            Data data,
            Map<String, ?> parameters,
            ZonedDateTime at,
            Runnable interruption,
            int definitions) {
        this.program = program;
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

    void know(int definition, @Nullable Object value) {
        definitions[definition] = value;
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
