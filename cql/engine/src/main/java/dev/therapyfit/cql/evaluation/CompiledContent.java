package dev.therapyfit.cql.evaluation;

import ca.uhn.fhir.context.FhirContext;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.ContentException;
import dev.therapyfit.cql.content.ContentProblem;
import dev.therapyfit.cql.content.CqlSource;
import dev.therapyfit.cql.record.PatientRecord;
import dev.therapyfit.cql.record.Results;
import dev.therapyfit.cql.record.WordsOnly;
import dev.therapyfit.cql.terminology.ConceptMaps;
import dev.therapyfit.cql.terminology.Terminology;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import kotlin.LazyKt;
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
import org.cqframework.cql.cql2elm.ucum.UcumServiceJvmKt;
import org.hl7.elm.r1.Library;
import org.hl7.elm.r1.VersionedIdentifier;
import org.opencds.cqf.cql.engine.data.CompositeDataProvider;
import org.opencds.cqf.cql.engine.data.DataProvider;
import org.opencds.cqf.cql.engine.execution.Environment;
import org.opencds.cqf.cql.engine.execution.EvaluationExpressionRef;
import org.opencds.cqf.cql.engine.execution.EvaluationParams;
import org.opencds.cqf.cql.engine.model.ModelResolver;

/**
 * What compiling a content gives: all that an evaluation needs and none of it changes.
 *
 * @param libraryManager compiled libraries, those of the engine included
 * @param modelResolver how the engine reads FHIR resources
 * @param terminology the content's value sets
 * @param conceptMaps the content's concept maps
 * @param main the library whose expressions are asked for
 * @param libraries the content's own libraries, each after those that it includes
 */
record CompiledContent(
        LibraryManager libraryManager,
        ModelResolver modelResolver,
        Terminology terminology,
        ConceptMaps conceptMaps,
        VersionedIdentifier main,
        List<Library> libraries) {
    static final String FHIR_MODEL = "http://hl7.org/fhir";

    /** Compiles all CQL of the content; see {@link CqlEvaluator#compile}. */
    static CompiledContent compile(Content content, String mainLibrary) {
        CqlSource main = content.library(mainLibrary);
        List<ContentProblem> problems = new ArrayList<>(LibraryRules.problems(content));
        Optional<Terminology> terminology = ContentException.collect(() -> Terminology.of(content), problems);
        Optional<ConceptMaps> conceptMaps =
                terminology.flatMap(known -> ContentException.collect(() -> ConceptMaps.of(content, known), problems));
        LibraryManager libraryManager = new LibraryManager(
                new ModelManager(),
                options(),
                ElmFiles.read(content),
                LazyKt.lazyOf(new BoundedUnits(
                        UcumServiceJvmKt.getDefaultLazyUcumService().getValue())));
        libraryManager
                .getLibrarySourceLoader()
                .registerProvider(new StringLibrarySourceProvider(
                        content.libraries().stream().map(CqlSource::text).toList()));
        libraryManager.getLibrarySourceLoader().registerProvider(new FhirLibrarySourceProvider());

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
        problems.addAll(LibraryRules.numbersAsTexts(compiled));
        terminology.ifPresent(known -> problems.addAll(RetrieveCollector.undefinedValueSets(compiled, known)));
        if (!problems.isEmpty() || terminology.isEmpty() || conceptMaps.isEmpty()) {
            throw new ContentException(problems);
        }
        return new CompiledContent(
                libraryManager,
                new FhirModel(FhirContext.forR4Cached()),
                terminology.get(),
                conceptMaps.get(),
                identifier(main),
                List.copyOf(compiled));
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

    Library mainLibrary() {
        Library library = libraryManager.resolveLibrary(main).getLibrary();
        if (library == null) {
            throw new IllegalStateException("Library " + main.getId() + " is not compiled");
        }
        return library;
    }

    /** A new environment without a patient. */
    Environment environment(Patience patience) {
        return new Environment(libraryManager, new LinkedHashMap<>(), new ContentTerminology(terminology, patience));
    }

    /** Answers what the CQL asks of one patient. */
    DataProvider data(PatientRecord record, Patience patience) {
        return new CompositeDataProvider(
                new PatientModel(modelResolver, patience),
                new RecordRetriever(read(record, patience), terminology, patience));
    }

    /**
     * The record as the CQL reads it: results one by one, references by id, and an EHR's own codes and words with their
     * translations.
     */
    PatientRecord read(PatientRecord record, Patience patience) {
        return record.viewed(resource -> {
            patience.require();
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
                new Pair<>("Patient", record.patient().getIdElement().getIdPart()),
                Map.copyOf(parameters),
                null,
                at.atZone(TimeZones.of(record)));
    }
}
