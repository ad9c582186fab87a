package dev.therapyfit.cql.evaluation;

import ca.uhn.fhir.context.FhirContext;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.ContentException;
import dev.therapyfit.cql.content.ContentProblem;
import dev.therapyfit.cql.content.CqlSource;
import dev.therapyfit.cql.record.PatientRecord;
import dev.therapyfit.cql.terminology.Terminology;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import kotlin.Pair;
import org.cqframework.cql.cql2elm.CqlCompilerException;
import org.cqframework.cql.cql2elm.CqlCompilerException.ErrorSeverity;
import org.cqframework.cql.cql2elm.CqlCompilerOptions;
import org.cqframework.cql.cql2elm.LibraryBuilder.SignatureLevel;
import org.cqframework.cql.cql2elm.LibraryManager;
import org.cqframework.cql.cql2elm.ModelManager;
import org.cqframework.cql.cql2elm.StringLibrarySourceProvider;
import org.cqframework.cql.cql2elm.model.CompiledLibrary;
import org.cqframework.cql.cql2elm.quick.FhirLibrarySourceProvider;
import org.cqframework.cql.elm.serializing.ElmJsonLibraryWriter;
import org.hl7.elm.r1.ExpressionDef;
import org.hl7.elm.r1.FunctionDef;
import org.hl7.elm.r1.Library;
import org.hl7.elm.r1.VersionedIdentifier;
import org.opencds.cqf.cql.engine.data.CompositeDataProvider;
import org.opencds.cqf.cql.engine.execution.CqlEngine;
import org.opencds.cqf.cql.engine.execution.Environment;
import org.opencds.cqf.cql.engine.execution.EvaluationExpressionRef;
import org.opencds.cqf.cql.engine.execution.EvaluationParams;
import org.opencds.cqf.cql.engine.execution.EvaluationResults;
import org.opencds.cqf.cql.engine.execution.ExpressionResult;
import org.opencds.cqf.cql.engine.fhir.model.R4FhirModelResolver;
import org.opencds.cqf.cql.engine.model.CachingModelResolverDecorator;
import org.opencds.cqf.cql.engine.model.ModelResolver;

/**
 * Compiled content, ready to be evaluated over patient records from any number of threads.
 *
 * <p>What is expensive is shared and never changes after {@link #compile}: compiled libraries, the FHIR model
 * resolver, the terminology. What the CQL engine changes while it evaluates (its state and caches) is made anew for
 * each call, which costs microseconds. A call compiles nothing and reads no file.
 */
public final class CqlEvaluator {
    private static final String FHIR_MODEL = "http://hl7.org/fhir";

    private final LibraryManager libraryManager;
    private final ModelResolver modelResolver;
    private final Terminology terminology;
    private final ContentTerminology terminologyProvider;
    private final VersionedIdentifier main;
    private final Set<String> expressions;
    private final Set<String> parameters;
    private final List<DataRequirement> dataRequirements;

    private CqlEvaluator(
            LibraryManager libraryManager, Terminology terminology, VersionedIdentifier main, List<Library> libraries) {
        this.libraryManager = libraryManager;
        this.modelResolver = new CachingModelResolverDecorator(new R4FhirModelResolver(FhirContext.forR4Cached()));
        this.terminology = terminology;
        this.terminologyProvider = new ContentTerminology(terminology);
        this.main = main;
        Library mainLibrary = libraryManager.resolveLibrary(main).getLibrary();
        this.expressions = expressionNames(mainLibrary);
        this.parameters = parameterNames(mainLibrary);
        this.dataRequirements = RetrieveCollector.collect(libraries, terminology);
    }

    /**
     * Compiles all CQL of the content.
     *
     * @param content the content
     * @param mainLibrary name of the library whose expressions {@link #evaluate} takes
     * @throws ContentException with every compiler error, if there is one, or a missing library or value set; a library
     *     that includes one with errors is not compiled
     */
    public static CqlEvaluator compile(Content content, String mainLibrary) {
        CqlSource main = content.library(mainLibrary);
        Terminology terminology = Terminology.of(content);
        LibraryManager libraryManager = new LibraryManager(new ModelManager(), options(), new ConcurrentHashMap<>());
        libraryManager
                .getLibrarySourceLoader()
                .registerProvider(new StringLibrarySourceProvider(
                        content.libraries().stream().map(CqlSource::text).toList()));
        libraryManager.getLibrarySourceLoader().registerProvider(new FhirLibrarySourceProvider());

        List<ContentProblem> problems = new ArrayList<>();
        List<Library> compiled = new ArrayList<>();
        Set<String> broken = new HashSet<>();
        for (CqlSource source : content.librariesByDependency()) {
            // The compiler would compile a library with errors anew for each that includes it, over and over.
            if (source.includes().stream().anyMatch(broken::contains)) {
                broken.add(source.name());
                continue;
            }
            List<CqlCompilerException> found = new ArrayList<>();
            try {
                CompiledLibrary library = libraryManager.resolveLibrary(identifier(source), found);
                if (library.getLibrary() != null) {
                    compiled.add(library.getLibrary());
                }
            } catch (CqlCompilerException e) {
                found.add(e);
            }
            found.stream()
                    .filter(e -> e.getSeverity() == ErrorSeverity.Error)
                    .map(e -> problem(source, e))
                    .distinct()
                    .forEach(problem -> {
                        problems.add(problem);
                        broken.add(source.name());
                    });
        }
        if (problems.isEmpty()) {
            problems.addAll(RetrieveCollector.undefinedValueSets(compiled, terminology));
        }
        if (!problems.isEmpty()) {
            throw new ContentException(problems);
        }
        return new CqlEvaluator(libraryManager, terminology, identifier(main), compiled);
    }

    private static CqlCompilerOptions options() {
        CqlCompilerOptions options = new CqlCompilerOptions(
                ErrorSeverity.Info,
                SignatureLevel.Overloads,
                CqlCompilerOptions.Options.EnableAnnotations,
                CqlCompilerOptions.Options.EnableLocators,
                CqlCompilerOptions.Options.DisableListDemotion,
                CqlCompilerOptions.Options.DisableListPromotion);
        options.setEnableCqlOnly(true);
        return options;
    }

    private static ContentProblem problem(CqlSource source, CqlCompilerException e) {
        var place = e.getLocator();
        String file = source.file();
        if (place != null && place.getLibrary() != null && place.getLibrary().getId() != null) {
            file = "input/cql/" + place.getLibrary().getId() + ".cql";
        }
        return new ContentProblem(
                file,
                place == null ? 0 : place.getStartLine(),
                place == null ? 0 : place.getStartChar(),
                String.valueOf(e.getMessage()));
    }

    private static VersionedIdentifier identifier(CqlSource source) {
        return new VersionedIdentifier().withId(source.name()).withVersion(source.version());
    }

    private static Set<String> expressionNames(Library library) {
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

    /** Value sets of the content. */
    public Terminology terminology() {
        return terminology;
    }

    /** Names of the main library's expressions. */
    public Set<String> expressions() {
        return expressions;
    }

    /** Names of the main library's parameters. */
    public Set<String> parameters() {
        return parameters;
    }

    /** What the content reads of a patient, one entry a resource type, sorted by type; Patient itself is not listed. */
    public List<DataRequirement> dataRequirements() {
        return dataRequirements;
    }

    /** Every compiled library in ELM as JSON, by name: the content's own and FHIRHelpers. For other engines. */
    public SortedMap<String, String> elm() {
        ElmJsonLibraryWriter writer = new ElmJsonLibraryWriter();
        SortedMap<String, String> elm = new TreeMap<>();
        libraryManager
                .getCompiledLibraries()
                .forEach((id, compiled) ->
                        elm.put(String.valueOf(id.getId()), writer.writeAsString(compiled.getLibrary())));
        return elm;
    }

    /**
     * Evaluates expressions of the main library over one record.
     *
     * @param record the patient
     * @param names expressions to evaluate, each must be in {@link #expressions()}
     * @param parameters values of CQL parameters by name: strings, integers, booleans or lists of them
     * @param at the instant that CQL's {@code Now()} and {@code Today()} answer, in UTC
     * @throws IllegalArgumentException if an expression or parameter does not exist
     * @throws EvaluationException if the CQL fails
     */
    public ExpressionResults evaluate(
            PatientRecord record, Collection<String> names, Map<String, ?> parameters, Instant at) {
        require(expressions, names, "expression");
        require(this.parameters, parameters.keySet(), "parameter");
        Environment environment = new Environment(libraryManager, new LinkedHashMap<>(), terminologyProvider);
        environment.registerDataProvider(
                FHIR_MODEL, new CompositeDataProvider(modelResolver, new RecordRetriever(record, terminology)));
        CqlEngine engine = new CqlEngine(environment, EnumSet.of(CqlEngine.Options.EnableExpressionCaching));
        EvaluationResults evaluated;
        try {
            evaluated = engine.evaluate(new EvaluationParams(
                    Map.of(
                            main,
                            names.stream().map(EvaluationExpressionRef::new).toList()),
                    new Pair<>("Patient", record.patient().getIdElement().getIdPart()),
                    Map.copyOf(parameters),
                    null,
                    at.atZone(ZoneOffset.UTC)));
        } catch (RuntimeException e) {
            throw failure(e);
        }
        if (evaluated.hasExceptions()) {
            throw failure(evaluated.getExceptions().values().iterator().next());
        }
        Map<String, Object> values = new LinkedHashMap<>();
        Map<String, ExpressionResult> results = evaluated.getOnlyResultOrThrow().getExpressionResults();
        for (String name : names) {
            ExpressionResult result = results.get(name);
            Object value = result == null ? null : EngineValues.plain(result.getValue());
            if (value != null) {
                values.put(name, value);
            }
        }
        return new ExpressionResults(values);
    }

    private void require(Set<String> known, Collection<String> asked, String kind) {
        for (String name : asked) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException("Library " + main.getId() + " has no " + kind + " \"" + name + "\"");
            }
        }
    }

    private static EvaluationException failure(RuntimeException e) {
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
        String kind = root == null ? "unknown" : root.getClass().getSimpleName();
        return new EvaluationException("CQL evaluation failed (" + kind + place + ")");
    }
}
