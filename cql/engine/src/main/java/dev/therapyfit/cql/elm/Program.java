package dev.therapyfit.cql.elm;

import dev.therapyfit.cql.content.ContentException;
import dev.therapyfit.cql.content.ContentProblem;
import dev.therapyfit.cql.terminology.Terminology;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import org.hl7.elm.r1.Element;
import org.hl7.elm.r1.Expression;
import org.hl7.elm.r1.ExpressionDef;
import org.hl7.elm.r1.FunctionDef;
import org.hl7.elm.r1.FunctionRef;
import org.hl7.elm.r1.IncludeDef;
import org.hl7.elm.r1.Library;
import org.hl7.elm.r1.OperandDef;
import org.hl7.elm.r1.TypeSpecifier;
import org.jspecify.annotations.Nullable;
import org.opencds.cqf.cql.engine.elm.executing.FunctionRefEvaluator;
import org.opencds.cqf.cql.engine.execution.Environment;

/**
 * Libraries of ELM, compiled into nodes that can be evaluated over patients from any number of threads. What depends on
 * no patient is looked up while they are compiled: names, functions, types, value sets, patterns, constants.
 */
public final class Program {
    /** Is told of each value of an expression. */
    @FunctionalInterface
    public interface Watcher {
        /** An evaluation of the expression gave this value. */
        void saw(@Nullable Object value);
    }

    /** Watchers of nothing. */
    public static final Function<Expression, @Nullable Watcher> UNWATCHED = expression -> null;

    /**
     * An expression that an evaluation may choose in the place of another.
     *
     * @param number how it is chosen; those in one place have numbers that follow each other
     * @param elm the expression; may hold parts of the one in whose place it is
     */
    public record Variant(int number, Expression elm) {}

    private final Environment environment;
    private final Map<String, Map<String, Definition>> definitions;
    private final Definition[] all;
    private final Dependents dependents;

    private Program(Environment environment, Map<String, Map<String, Definition>> definitions, Dependents dependents) {
        this.environment = environment;
        this.definitions = definitions;
        this.all = definitions.values().stream()
                .flatMap(named -> named.values().stream())
                .sorted(Comparator.comparing(Definition::index))
                .toArray(Definition[]::new);
        this.dependents = dependents;
    }

    /**
     * Compiles every definition of the libraries.
     *
     * @param libraries the libraries, and all that they include
     * @param environment how the CQL engine knows types and units; no data are asked of it
     * @param model how elements are read of the data
     * @param valueSets the members of the value set with a URL
     * @throws ContentException with the place of an operator that is not supported
     */
    public static Program compile(
            Collection<Library> libraries,
            Environment environment,
            Model model,
            Function<String, ? extends Predicate<Terminology.Code>> valueSets) {
        return compile(libraries, environment, model, valueSets, UNWATCHED, null);
    }

    /**
     * The same for whoever wants to know what is evaluated, or what other expressions would give: as written unless an
     * evaluation {@link Evaluation#vary varies} it. Slower: nothing is left out because it is always the same.
     *
     * @param watchers gives who is told of an expression's values; null for one that nobody watches
     * @param variants gives what may stand in the place of an expression, none for most; null: nothing may
     */
    public static Program compile(
            Collection<Library> libraries,
            Environment environment,
            Model model,
            Function<String, ? extends Predicate<Terminology.Code>> valueSets,
            Function<Expression, @Nullable Watcher> watchers,
            @Nullable Function<Expression, List<Variant>> variants) {
        return new Builder(environment, model, valueSets, watchers, variants).program(libraries);
    }

    /**
     * An evaluation over one patient.
     *
     * @param data the patient
     * @param parameters values of the CQL's parameters by name
     * @param at the instant that {@code Now()} and {@code Today()} answer
     * @param interruption asked often; ends the evaluation by what it throws
     */
    public Evaluation evaluation(Data data, Map<String, ?> parameters, ZonedDateTime at, Runnable interruption) {
        return new Evaluation(this, data, parameters, at, interruption);
    }

    /** How the CQL engine knows types and units. */
    Environment environment() {
        return environment;
    }

    /** What each definition says, by its number. */
    Dependents.Written[] written() {
        return dependents.written(all);
    }

    /** All definitions, by their numbers. */
    Definition[] definitions() {
        return all;
    }

    /** The definition of a name with its library; null if there is none. */
    @Nullable
    Definition find(String library, String name) {
        return definitions.getOrDefault(library, Map.of()).get(name);
    }

    /** In which order definitions are evaluated again. */
    Order order() {
        return dependents.order(all);
    }

    Definition definition(String library, String name) {
        Definition definition = find(library, name);
        if (definition == null) {
            throw new IllegalArgumentException("Library " + library + " has no expression \"" + name + "\"");
        }
        return definition;
    }

    private static final class WatchedNode extends Node {
        private final Watcher watcher;
        private final Node node;

        WatchedNode(Watcher watcher, Node node) {
            this.watcher = watcher;
            this.node = node;
        }

        @Override
        @Nullable
        Object value(Evaluation evaluation, @Nullable Object[] slots) {
            Object value = node.value(evaluation, slots);
            watcher.saw(value);
            return value;
        }
    }

    /** Compiles definitions and functions when they are first asked for. */
    static final class Builder {
        private final Operations operations = Operations.all();
        private final Map<String, Library> libraries = new HashMap<>();
        private final Map<String, Map<String, Definition>> definitions = new HashMap<>();
        private final IdentityHashMap<FunctionDef, DefinedFunction> functions = new IdentityHashMap<>();
        private final Model model;
        private final Function<String, ? extends Predicate<Terminology.Code>> valueSets;
        private final Function<Expression, @Nullable Watcher> watchers;
        private final @Nullable Function<Expression, List<Variant>> variants;
        private final Environment environment;
        private final Evaluation nobody;
        private final Constancy constancy = new Constancy(this);
        private final Dependents dependents = new Dependents();
        private int size;

        Builder(
                Environment environment,
                Model model,
                Function<String, ? extends Predicate<Terminology.Code>> valueSets,
                Function<Expression, @Nullable Watcher> watchers,
                @Nullable Function<Expression, List<Variant>> variants) {
            this.environment = environment;
            this.model = model;
            this.valueSets = valueSets;
            this.watchers = watchers;
            this.variants = variants;
            this.nobody = new Program(environment, Map.of(), dependents)
                    .evaluation(
                            (type, codePath, codes) -> List.of(),
                            Map.of(),
                            ZonedDateTime.of(2000, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC),
                            () -> {});
        }

        Program program(Collection<Library> all) {
            all.forEach(library ->
                    libraries.put(String.valueOf(library.getIdentifier().getId()), library));
            all.forEach(this::defineAll);
            return new Program(environment, definitions, dependents);
        }

        private void defineAll(Library library) {
            if (library.getStatements() != null) {
                library.getStatements().getDef().stream()
                        .filter(def -> !(def instanceof FunctionDef))
                        .forEach(def -> definition(library, String.valueOf(def.getName())));
            }
        }

        Operations operations() {
            return operations;
        }

        Model model() {
            return model;
        }

        boolean isPlain() {
            return watchers == UNWATCHED;
        }

        Dependents dependents() {
            return dependents;
        }

        /** True if expressions have variants. */
        boolean varies() {
            return variants != null;
        }

        List<Variant> variants(Expression elm) {
            return variants == null ? List.of() : variants.apply(elm);
        }

        Node watched(Expression elm, Node node) {
            Watcher watcher = watchers.apply(elm);
            return watcher == null ? node : new WatchedNode(watcher, node);
        }

        /** An evaluation of no patient, for what depends on none. */
        Evaluation nobody() {
            return nobody;
        }

        Predicate<Terminology.Code> members(String valueSet) {
            return valueSets.apply(valueSet);
        }

        Library library(String name) {
            Library library = libraries.get(name);
            if (library == null) {
                throw new IllegalArgumentException("no library " + name);
            }
            return library;
        }

        /** The library that another one calls by an alias; itself without one. */
        Library included(Library library, @Nullable String alias) {
            if (alias == null) {
                return library;
            }
            return Objects.requireNonNull(library.getIncludes()).getDef().stream()
                    .filter(include -> alias.equals(include.getLocalIdentifier()))
                    .map(IncludeDef::getPath)
                    .findFirst()
                    .map(path -> library(String.valueOf(path)))
                    .orElseThrow(() -> new IllegalArgumentException("no library is included as " + alias));
        }

        boolean isConstant(Expression elm, Library library) {
            return constancy.isConstant(elm, library);
        }

        Definition definition(Library library, String name) {
            String id = String.valueOf(library.getIdentifier().getId());
            Map<String, Definition> known = definitions.computeIfAbsent(id, key -> new HashMap<>());
            Definition definition = known.get(name);
            if (definition == null) {
                ExpressionDef statement = statement(library, name);
                definition = new Definition(id, name, size++, statement);
                known.put(name, definition);
                definition.define(Compiler.body(this, library, definition, List.of(), statement.getExpression()));
            }
            return definition;
        }

        static ExpressionDef statement(Library library, String name) {
            return Objects.requireNonNull(library.getStatements(), name).getDef().stream()
                    .filter(def -> !(def instanceof FunctionDef) && name.equals(def.getName()))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("no expression " + name));
        }

        DefinedFunction function(Library library, FunctionRef ref) {
            FunctionDef def = overload(library, ref);
            if (Boolean.TRUE.equals(def.isExternal())) {
                throw new IllegalArgumentException("function " + def.getName() + " is external: nothing provides it");
            }
            DefinedFunction function = functions.get(def);
            if (function == null) {
                function = new DefinedFunction(library.getIdentifier().getId() + "." + def.getName(), def);
                functions.put(def, function);
                List<String> operands = def.getOperand().stream()
                        .map(operand -> String.valueOf(operand.getName()))
                        .toList();
                function.define(Compiler.body(this, library, function, operands, def.getExpression()));
            }
            return function;
        }

        /** The one function of a name that takes operands of the call's types; the translator writes these if it is not the only one. */
        static FunctionDef overload(Library library, FunctionRef ref) {
            List<FunctionDef> named = new ArrayList<>();
            for (ExpressionDef def :
                    Objects.requireNonNull(library.getStatements()).getDef()) {
                if (def instanceof FunctionDef function
                        && String.valueOf(ref.getName()).equals(function.getName())
                        && function.getOperand().size() == ref.getOperand().size()
                        && takes(function.getOperand(), ref.getSignature())) {
                    named.add(function);
                }
            }
            if (named.size() != 1) {
                throw new IllegalArgumentException(
                        named.size() + " functions " + ref.getName() + " take these operands: expected one");
            }
            return named.get(0);
        }

        private static boolean takes(List<OperandDef> operands, List<TypeSpecifier> signature) {
            if (signature.isEmpty()) {
                return true;
            }
            for (int i = 0; i < operands.size(); i++) {
                if (!FunctionRefEvaluator.operandDefTypeSpecifierEqual(operands.get(i), signature.get(i))) {
                    return false;
                }
            }
            return true;
        }

        ContentException problem(Library library, @Nullable Element elm, String message) {
            String locator = elm == null || elm.getLocator() == null ? "1:1" : elm.getLocator();
            String[] start = locator.split("-", 2)[0].split(":", 2);
            return new ContentException(List.of(new ContentProblem(
                    "input/cql/" + library.getIdentifier().getId() + ".cql",
                    Integer.parseInt(start[0]),
                    Integer.parseInt(start[1]),
                    message)));
        }
    }
}
