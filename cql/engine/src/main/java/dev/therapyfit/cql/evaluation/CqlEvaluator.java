package dev.therapyfit.cql.evaluation;

import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.ContentException;
import dev.therapyfit.cql.content.CqlSource;
import dev.therapyfit.cql.elm.Evaluation;
import dev.therapyfit.cql.elm.EvaluationFailure;
import dev.therapyfit.cql.elm.Program;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.record.PatientRecord;
import dev.therapyfit.cql.terminology.ConceptMaps;
import dev.therapyfit.cql.terminology.Terminology;
import java.lang.ref.SoftReference;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.hl7.elm.r1.ExpressionDef;
import org.hl7.elm.r1.FunctionDef;
import org.hl7.elm.r1.Library;
import org.jspecify.annotations.Nullable;
import org.opencds.cqf.cql.engine.execution.CqlEngine;
import org.opencds.cqf.cql.engine.execution.Environment;
import org.opencds.cqf.cql.engine.execution.EvaluationParams;
import org.opencds.cqf.cql.engine.execution.EvaluationResults;
import org.opencds.cqf.cql.engine.execution.ExpressionResult;

/**
 * Compiled content, ready to be evaluated over patient records from any number of threads.
 *
 * <p>What is expensive is shared and never changes after {@link #compile}: libraries as nodes, value sets, concept maps.
 * A call makes its {@link Evaluation}, which costs microseconds; it compiles nothing and reads no file.
 */
public final class CqlEvaluator {
    /** What was compiled last, for as long as memory allows: several commands of one process ask for the same content. */
    private static volatile SoftReference<CqlEvaluator> last = new SoftReference<>(null);

    private final String sha256;
    private final CompiledContent compiled;
    private final Engine engine;
    private final Program program;
    private final Set<String> expressions;
    private final Set<String> parameters;
    private final List<DataRequirement> dataRequirements;
    private final List<DeclaredCode> declaredCodes;

    /** What evaluates the CQL. */
    public enum Engine {
        /** Nodes that the libraries were compiled into. */
        COMPILED,
        /** The CQL engine of the translator's makers, which interprets. Slow, and what the other is held against. */
        REFERENCE;

        /** As commands name it. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private CqlEvaluator(String sha256, CompiledContent compiled) {
        this(sha256, compiled, Engine.COMPILED, compiled.program(Program.UNWATCHED));
    }

    private CqlEvaluator(String sha256, CompiledContent compiled, Engine engine, Program program) {
        this.sha256 = sha256;
        this.compiled = compiled;
        this.engine = engine;
        this.program = program;
        Library mainLibrary = compiled.mainLibrary();
        this.expressions = expressionNames(mainLibrary);
        this.parameters = parameterNames(mainLibrary);
        this.dataRequirements =
                RetrieveCollector.collect(compiled.libraries(), compiled.terminology(), compiled.conceptMaps());
        this.declaredCodes = DeclaredCodes.of(compiled.libraries());
    }

    /**
     * Compiles all CQL of the content, for the expressions of its main library.
     *
     * @throws ContentException as {@link #compile(Content, String)} does, or if there is no one main library
     */
    public static CqlEvaluator compile(Content content) {
        return compile(content, content::mainLibrary);
    }

    /**
     * Compiles all CQL of the content.
     *
     * @param content the content
     * @param mainLibrary name of the library whose expressions {@link #evaluate} takes
     * @throws ContentException with every compiler error, if there is one, or a missing library or value set; not with
     *     errors that only follow from others
     */
    public static CqlEvaluator compile(Content content, String mainLibrary) {
        return compile(content, () -> content.library(mainLibrary));
    }

    private static CqlEvaluator compile(Content content, Supplier<CqlSource> main) {
        Optional<CqlEvaluator> known = Optional.ofNullable(last.get());
        return known.filter(one -> content.problems().isEmpty()
                        && one.sha256.equals(content.sha256())
                        && main.get().name().equals(one.compiled.main().getId()))
                .orElseGet(() -> {
                    CompiledContent compiled =
                            CompiledContent.compile(content, main, known.map(CqlEvaluator::compiled));
                    CqlEvaluator evaluator = new CqlEvaluator(content.sha256(), compiled);
                    last = new SoftReference<>(evaluator);
                    return evaluator;
                });
    }

    Program program() {
        return program;
    }

    /** What it was compiled to, for other programs over the same libraries. */
    CompiledContent compiled() {
        return compiled;
    }

    /** Names of the expressions of a library, which need not compile. */
    public static Set<String> expressionsOf(CqlSource library) {
        return CqlDefinitions.of(library).all().stream()
                .map(definition -> definition.name().definition())
                .collect(Collectors.toUnmodifiableSet());
    }

    static Set<String> expressionNames(Library library) {
        return library.getStatements() == null
                ? Set.of()
                : library.getStatements().getDef().stream()
                        .filter(def -> !(def instanceof FunctionDef))
                        .map(ExpressionDef::getName)
                        .filter(name -> name != null)
                        .collect(Collectors.toUnmodifiableSet());
    }

    private static Set<String> parameterNames(Library library) {
        return library.getParameters() == null
                ? Set.of()
                : library.getParameters().getDef().stream()
                        .map(def -> String.valueOf(def.getName()))
                        .collect(Collectors.toUnmodifiableSet());
    }

    /** The same content, evaluated by an engine. */
    public CqlEvaluator by(Engine chosen) {
        return chosen == engine ? this : new CqlEvaluator(sha256, compiled, chosen, program);
    }

    /** Value sets of the content. */
    public Terminology terminology() {
        return compiled.terminology();
    }

    /** Names of the main library's expressions. */
    public Set<String> expressions() {
        return expressions;
    }

    /** Names of the main library's parameters. */
    public Set<String> parameters() {
        return parameters;
    }

    /** Codes and words that the content translates before it looks at them. */
    public ConceptMaps conceptMaps() {
        return compiled.conceptMaps();
    }

    /** The resources as the CQL reads them; in place of a panel its results, which share its id. For other engines. */
    public List<Resource> read(PatientRecord record) {
        return compiled.read(record, Cancellation.ENDLESS).resources().toList();
    }

    /** Where the record says that it is: the offset in which "now" and "today" are told. */
    public static ZoneOffset offset(PatientRecord record) {
        return TimeZones.of(record);
    }

    /** What the content reads of a patient, one entry a resource type, sorted by type; Patient itself is not listed. */
    public List<DataRequirement> dataRequirements() {
        return dataRequirements;
    }

    /** The codes that the content's libraries declare, library by library. */
    public List<DeclaredCode> declaredCodes() {
        return declaredCodes;
    }

    /** Every compiled library in ELM as JSON, by name: the content's own and FHIRHelpers. For other engines. */
    public SortedMap<String, String> elm() {
        return ElmFiles.write(compiled);
    }

    /** Evaluates expressions of the main library over one record, for as long as it takes; see the other. */
    public ExpressionResults evaluate(PatientRecord record, Collection<String> names, Inputs inputs, Instant at) {
        return evaluate(record, names, inputs, at, () -> false);
    }

    /**
     * Evaluates expressions of the main library over one record. The results answer for the others too, which are
     * evaluated when they are asked for.
     *
     * @param record the patient
     * @param names expressions to evaluate at once, each must be in {@link #expressions()}
     * @param inputs what is asked besides; the record says itself what of it could not be read
     * @param at the instant that CQL's {@code Now()} and {@code Today()} answer, where the orders were written
     * @param isCancelled whether nobody waits for the results any longer; asked for often, so it should cost little
     * @throws IllegalArgumentException if an expression or parameter does not exist
     * @throws EvaluationAbandoned if it took too long
     * @throws EvaluationException if the CQL fails
     */
    public ExpressionResults evaluate(
            PatientRecord record, Collection<String> names, Inputs inputs, Instant at, BooleanSupplier isCancelled) {
        Map<String, Object> values = new LinkedHashMap<>(inputs.parameters(record));
        values.keySet().retainAll(parameters);
        return evaluate(record, names, values, at, isCancelled);
    }

    /** The same with any values of the CQL's parameters. */
    ExpressionResults evaluate(
            PatientRecord record,
            Collection<String> names,
            Map<String, ?> parameters,
            Instant at,
            BooleanSupplier isCancelled) {
        require(this.parameters, parameters.keySet(), "parameter");
        Cancellation cancellation = new Cancellation(isCancelled);
        ExpressionResults results = engine == Engine.REFERENCE
                ? new ExpressionResults(reference(record, parameters, at, cancellation))
                : results(compiled.evaluation(program, record, parameters, at, cancellation), Set.of());
        results.evaluate(names);
        return results;
    }

    /** What an evaluation of the program gives. */
    ExpressionResults results(Evaluation evaluation, Set<String> askedBefore) {
        return new ExpressionResults(
                asked -> {
                    require(expressions, asked, "expression");
                    Map<String, Optional<Object>> values = new LinkedHashMap<>();
                    for (String name : asked) {
                        values.put(name, Optional.ofNullable(EngineValues.plain(value(evaluation, name))));
                    }
                    return values;
                },
                evaluation,
                askedBefore);
    }

    @Nullable
    Object value(Evaluation evaluation, String name) {
        return value(evaluation, String.valueOf(compiled.main().getId()), name);
    }

    static @Nullable Object value(Evaluation evaluation, String library, String name) {
        try {
            return evaluation.value(library, name);
        } catch (EvaluationFailure e) {
            throw new EvaluationException("CQL evaluation failed (" + e.getMessage() + ")");
        } catch (StackOverflowError e) {
            throw new EvaluationException("CQL evaluation failed (the stack overflows)");
        } catch (EvaluationAbandoned e) {
            throw e;
        } catch (RuntimeException e) {
            throw new EvaluationException(
                    "CQL evaluation failed (" + e.getClass().getSimpleName() + " in " + name + ")");
        }
    }

    private Function<Collection<String>, Map<String, Optional<Object>>> reference(
            PatientRecord record, Map<String, ?> parameters, Instant at, Cancellation cancellation) {
        Environment environment = compiled.environment(cancellation);
        environment.registerDataProvider(CompiledContent.FHIR_MODEL, compiled.data(record, cancellation));
        CqlEngine interpreter = new CqlEngine(environment, EnumSet.of(CqlEngine.Options.EnableExpressionCaching));
        return asked -> {
            require(expressions, asked, "expression");
            return values(answer(interpreter, compiled.question(record, asked, parameters, at)), asked);
        };
    }

    private static Map<String, Optional<Object>> values(EvaluationResults evaluated, Collection<String> names) {
        Map<String, Optional<Object>> values = new LinkedHashMap<>();
        Map<String, ExpressionResult> results = evaluated.getOnlyResultOrThrow().getExpressionResults();
        for (String name : names) {
            ExpressionResult result = results.get(name);
            values.put(name, Optional.ofNullable(result == null ? null : EngineValues.plain(result.getValue())));
        }
        return values;
    }

    /** Asks the engine; a failure of the CQL is an {@link EvaluationException}, one of cancellation is told as it is. */
    static EvaluationResults answer(CqlEngine engine, EvaluationParams question) {
        EvaluationResults evaluated;
        try {
            evaluated = engine.evaluate(question);
        } catch (RuntimeException e) {
            throw failure(e);
        } catch (StackOverflowError e) {
            throw new EvaluationException("CQL evaluation failed (the stack overflows)");
        }
        if (evaluated.hasExceptions()) {
            throw failure(evaluated.getExceptions().values().iterator().next());
        }
        return evaluated;
    }

    private void require(Set<String> known, Collection<String> asked, String kind) {
        for (String name : asked) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException(
                        "Library " + compiled.main().getId() + " has no " + kind + " \"" + name + "\"");
            }
        }
    }

    private static RuntimeException failure(RuntimeException e) {
        Throwable root = e;
        String place = "";
        while (root != null) {
            if (root instanceof org.opencds.cqf.cql.engine.exception.CqlException cql
                    && cql.getSourceLocator() != null) {
                place = " at " + cql.getSourceLocator();
            }
            if (root.getCause() == null || root.getCause() == root) {
                break;
            }
            root = root.getCause();
        }
        if (root instanceof EvaluationAbandoned abandoned) {
            return abandoned;
        }
        String kind = root == null ? "unknown" : root.getClass().getSimpleName();
        return new EvaluationException("CQL evaluation failed (" + kind + place + ")");
    }
}
