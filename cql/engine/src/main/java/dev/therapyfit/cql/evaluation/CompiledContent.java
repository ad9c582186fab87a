package dev.therapyfit.cql.evaluation;

import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.ContentException;
import dev.therapyfit.cql.content.ContentProblem;
import dev.therapyfit.cql.content.CqlSource;
import dev.therapyfit.cql.elm.Evaluation;
import dev.therapyfit.cql.elm.Program;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.record.PatientRecord;
import dev.therapyfit.cql.record.Results;
import dev.therapyfit.cql.record.WordsOnly;
import dev.therapyfit.cql.terminology.ConceptMaps;
import dev.therapyfit.cql.terminology.Terminology;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import kotlin.Pair;
import org.cqframework.cql.cql2elm.LibraryManager;
import org.cqframework.cql.cql2elm.model.CompiledLibrary;
import org.hl7.elm.r1.Expression;
import org.hl7.elm.r1.Library;
import org.hl7.elm.r1.VersionedIdentifier;
import org.jspecify.annotations.Nullable;
import org.opencds.cqf.cql.engine.data.CompositeDataProvider;
import org.opencds.cqf.cql.engine.data.DataProvider;
import org.opencds.cqf.cql.engine.execution.Environment;
import org.opencds.cqf.cql.engine.execution.EvaluationExpressionRef;
import org.opencds.cqf.cql.engine.execution.EvaluationParams;

/**
 * What compiling a content gives: all that an evaluation needs and none of it changes.
 *
 * @param libraryManager compiled libraries, those of the engine included
 * @param vocabulary the content's code systems, value sets and concept maps
 * @param terminology the content's value sets
 * @param conceptMaps the content's concept maps
 * @param main the library whose expressions are asked for
 * @param libraries the content's own libraries, each after those that it includes
 */
record CompiledContent(
        LibraryManager libraryManager,
        List<Resource> vocabulary,
        Terminology terminology,
        ConceptMaps conceptMaps,
        VersionedIdentifier main,
        List<Library> libraries) {
    static final String FHIR_MODEL = "http://hl7.org/fhir";

    /**
     * Compiles all CQL of the content; see {@link CqlEvaluator#compile}.
     *
     * @param main gives the main library
     * @param before compiled before: with the same vocabulary, what is known of its codes stays
     */
    static CompiledContent compile(Content content, Supplier<CqlSource> main, Optional<CompiledContent> before) {
        List<ContentProblem> problems = new ArrayList<>(LibraryRules.problems(content));
        Optional<CqlSource> source = ContentException.collect(main, problems);
        List<Resource> vocabulary = Stream.of(content.codeSystems(), content.valueSets(), content.conceptMaps())
                .flatMap(List::stream)
                .toList();
        Optional<CompiledContent> same = before.filter(one -> one.vocabulary().equals(vocabulary));
        Terminology terminology =
                same.map(CompiledContent::terminology).orElseGet(() -> Terminology.of(content, problems));
        Optional<ConceptMaps> conceptMaps = same.map(CompiledContent::conceptMaps)
                .or(() -> ContentException.collect(() -> ConceptMaps.of(content, terminology), problems));
        Translation translation = Translation.of(content);
        problems.addAll(translation.problems());
        problems.addAll(RetrieveCollector.undefinedValueSets(translation.libraries(), content));
        if (!problems.isEmpty() || source.isEmpty() || conceptMaps.isEmpty()) {
            throw new ContentException(problems);
        }
        return new CompiledContent(
                translation.libraryManager(),
                vocabulary,
                terminology,
                conceptMaps.get(),
                Translation.identifier(source.get()),
                translation.libraries());
    }

    Library mainLibrary() {
        Library library = libraryManager.resolveLibrary(main).getLibrary();
        if (library == null) {
            throw new IllegalStateException("Library " + main.getId() + " is not compiled");
        }
        return library;
    }

    /** All libraries as nodes, with these watchers of their expressions. */
    Program program(Function<Expression, Program.@Nullable Watcher> watchers) {
        return program(watchers, null);
    }

    /** All libraries as nodes, with these variants of their expressions. */
    Program varied(Function<Expression, List<Program.Variant>> variants) {
        return program(Program.UNWATCHED, variants);
    }

    private Program program(
            Function<Expression, Program.@Nullable Watcher> watchers,
            @Nullable Function<Expression, List<Program.Variant>> variants) {
        Environment environment = types();
        return Program.compile(
                libraryManager.getCompiledLibraries().values().stream()
                        .map(CompiledLibrary::getLibrary)
                        .toList(),
                environment,
                new FhirElements(environment),
                terminology::set,
                watchers,
                variants);
    }

    /** What the CQL engine's operators know without a patient: types, units, how values are equal. */
    private Environment types() {
        Environment environment = environment(Cancellation.ENDLESS);
        environment.registerDataProvider(FHIR_MODEL, new CompositeDataProvider(new ElementModel(), null));
        return environment;
    }

    /** An evaluation over a record. */
    Evaluation evaluation(
            Program program, PatientRecord record, Map<String, ?> parameters, Instant at, Cancellation cancellation) {
        return program.evaluation(
                new RecordData(read(record, cancellation), terminology),
                parameters,
                at.atZone(TimeZones.of(record)),
                cancellation::require);
    }

    /** A new environment without a patient. */
    Environment environment(Cancellation cancellation) {
        return new Environment(
                libraryManager, new LinkedHashMap<>(), new ContentTerminology(terminology, cancellation));
    }

    /** Answers what the CQL asks of one patient. */
    DataProvider data(PatientRecord record, Cancellation cancellation) {
        return new CompositeDataProvider(
                new PatientModel(FhirModel.shared(), cancellation),
                new RecordRetriever(read(record, cancellation), terminology, cancellation));
    }

    /**
     * The record as the CQL reads it: results one by one, references by id, and an EHR's own codes and words with their
     * translations.
     */
    PatientRecord read(PatientRecord record, Cancellation cancellation) {
        return record.viewed(resource -> {
            cancellation.require();
            return Results.in(resource).stream()
                    .map(record.logicalReferences()::byId)
                    .map(WordsOnly::asText)
                    .map(conceptMaps::translate)
                    .toList();
        });
    }

    /** The question to the engine: these expressions of the main library, for that patient, then. */
    EvaluationParams question(PatientRecord record, Collection<String> names, Map<String, ?> parameters, Instant at) {
        return new EvaluationParams(
                Map.of(main, names.stream().map(EvaluationExpressionRef::new).toList()),
                new Pair<>("Patient", record.patient().id().orElse("")),
                Map.copyOf(parameters),
                null,
                at.atZone(TimeZones.of(record)));
    }
}
