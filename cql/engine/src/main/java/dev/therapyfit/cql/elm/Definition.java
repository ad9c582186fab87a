package dev.therapyfit.cql.elm;

import java.util.Objects;
import org.hl7.elm.r1.ExpressionDef;
import org.jspecify.annotations.Nullable;

/** A definition without operands, evaluated at most once in an {@link Evaluation}. */
final class Definition {
    private final String library;
    private final String name;
    private final int index;
    private final ExpressionDef elm;
    private @Nullable Body varying;
    private @Nullable Node written;
    private int slots;

    /**
     * A definition whose body is not compiled yet: it may be asked for by what stands before it.
     *
     * @param library that has it
     * @param name its name there
     * @param index which of all definitions of the program it is
     * @param elm as it is written
     */
    Definition(String library, String name, int index, ExpressionDef elm) {
        this.library = library;
        this.name = name;
        this.index = index;
        this.elm = elm;
    }

    void define(Body compiled) {
        varying = compiled.varies() ? compiled : null;
        written = compiled.written();
        slots = compiled.slots();
    }

    String library() {
        return library;
    }

    String name() {
        return name;
    }

    int index() {
        return index;
    }

    ExpressionDef elm() {
        return elm;
    }

    /** The value of a definition that has the same one always; null if it has not. */
    Node.@Nullable Constant constant() {
        return varying == null && written instanceof Node.Constant constant ? constant : null;
    }

    private Node body(Evaluation evaluation) {
        return Objects.requireNonNull(varying == null ? written : varying.of(evaluation), name);
    }

    @Nullable
    Object value(Evaluation evaluation) {
        Object known = evaluation.known(index);
        if (known != Evaluation.UNKNOWN) {
            return known;
        }
        try {
            int outer = evaluation.enter(index);
            Object value = body(evaluation).value(evaluation, new @Nullable Object[slots]);
            evaluation.enter(outer);
            return evaluation.know(index, value);
        } catch (ClassCastException e) {
            throw new EvaluationFailure(library + "." + name, e);
        }
    }

    /** A reference to a definition. */
    static final class Ref extends Node {
        private final Definition definition;

        Ref(Definition definition) {
            this.definition = definition;
        }

        @Override
        @Nullable
        Object value(Evaluation evaluation, @Nullable Object[] slots) {
            return definition.value(evaluation);
        }
    }
}
