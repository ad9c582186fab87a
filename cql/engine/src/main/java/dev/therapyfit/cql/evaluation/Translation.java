package dev.therapyfit.cql.evaluation;

import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.ContentProblem;
import dev.therapyfit.cql.content.CqlSource;
import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kotlin.LazyKt;
import org.cqframework.cql.cql2elm.CqlCompilerException;
import org.cqframework.cql.cql2elm.CqlCompilerException.ErrorSeverity;
import org.cqframework.cql.cql2elm.CqlCompilerOptions;
import org.cqframework.cql.cql2elm.LibraryBuilder.SignatureLevel;
import org.cqframework.cql.cql2elm.LibraryManager;
import org.cqframework.cql.cql2elm.ModelManager;
import org.cqframework.cql.cql2elm.StringLibrarySourceProvider;
import org.cqframework.cql.cql2elm.model.CompiledLibrary;
import org.cqframework.cql.cql2elm.quick.FhirLibrarySourceProvider;
import org.cqframework.cql.cql2elm.tracking.Trackable;
import org.cqframework.cql.cql2elm.ucum.UcumServiceJvmKt;
import org.hl7.elm.r1.Element;
import org.hl7.elm.r1.ExpressionDef;
import org.hl7.elm.r1.FunctionDef;
import org.hl7.elm.r1.Library;
import org.hl7.elm.r1.VersionedIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * The CQL of a content as ELM. It depends on the libraries only, so that a content with other value sets or cases and the
 * same libraries has the same: translating takes most of the time that compiling takes. Of a content that differs from the last
 * one in some libraries, only these are translated, and those that include one which declares something else than before.
 *
 * @param isPackaged true if it was read as ELM, on which nothing can be translated
 * @param texts CQL of the libraries, by their names
 * @param libraryManager all libraries, FHIRHelpers included
 * @param libraries the content's own libraries, each after those that it includes
 * @param isWhole true if nothing is wrong, not even what is told elsewhere, such as a library that has another version than
 *     its resource says: then it can be taken over
 * @param problems what the translator says, without what only follows from something else
 */
record Translation(
        boolean isPackaged,
        Map<String, String> texts,
        LibraryManager libraryManager,
        List<Library> libraries,
        boolean isWhole,
        List<ContentProblem> problems) {
    /** What was translated last with nothing wrong, for as long as memory allows. */
    private static volatile SoftReference<Translation> last = new SoftReference<>(null);

    static Translation of(Content content) {
        Map<String, String> texts =
                content.libraries().stream().collect(Collectors.toMap(CqlSource::name, CqlSource::text));
        Translation known = last.get();
        if (known != null && known.texts().equals(texts)) {
            return known;
        }
        Translation translation = translate(content, texts, Optional.ofNullable(known));
        if (translation.isWhole()) {
            last = new SoftReference<>(translation);
        }
        return translation;
    }

    private static Translation translate(Content content, Map<String, String> texts, Optional<Translation> known) {
        Map<VersionedIdentifier, CompiledLibrary> compiled = ElmFiles.read(content);
        Optional<Translation> translatedBefore = known.filter(before -> !before.isPackaged());
        boolean isPackaged = !compiled.isEmpty();
        translatedBefore.ifPresent(before -> compiled.putAll(before.unchanged(content)));
        LibraryManager libraryManager = new LibraryManager(
                translatedBefore
                        .map(before -> before.libraryManager().getModelManager())
                        .orElseGet(ModelManager::new),
                options(),
                compiled,
                LazyKt.lazyOf(new BoundedUnits(
                        UcumServiceJvmKt.getDefaultLazyUcumService().getValue())));
        libraryManager
                .getLibrarySourceLoader()
                .registerProvider(new StringLibrarySourceProvider(
                        content.libraries().stream().map(CqlSource::text).toList()));
        libraryManager.getLibrarySourceLoader().registerProvider(new FhirLibrarySourceProvider());

        List<Library> translated = new ArrayList<>();
        CompilerErrors errors = new CompilerErrors(content, LibraryRules.lost(content));
        Set<String> broken = new HashSet<>(content.missingLibraries());
        Map<String, Boolean> declares = new HashMap<>();
        for (CqlSource source : content.librariesByDependency()) {
            List<CqlCompilerException> found = new ArrayList<>();
            boolean isOnBroken = source.includes().stream().anyMatch(broken::contains);
            translatedBefore.ifPresent(before -> before.takeOver(source, libraryManager, declares));
            resolve(source, libraryManager, found, isOnBroken).ifPresent(translated::add);
            found.removeIf(e -> e.getSeverity() != ErrorSeverity.Error);
            if (!found.isEmpty() || isOnBroken) {
                broken.add(source.name());
            }
            errors.add(source, found);
        }
        LibraryRules.numbersAsTexts(translated).forEach(errors::add);
        List<ContentProblem> problems = new ArrayList<>(errors.causes());
        problems.addAll(LibraryRules.wrongCodes(translated));
        return new Translation(
                isPackaged,
                texts,
                libraryManager,
                List.copyOf(translated),
                broken.isEmpty() && problems.isEmpty(),
                List.copyOf(problems));
    }

    /** What of it another content has too: libraries with the same text that include none with another, and the engine's. */
    private Map<VersionedIdentifier, CompiledLibrary> unchanged(Content content) {
        Map<String, String> now = new HashMap<>();
        content.libraries().forEach(library -> now.put(library.name(), library.text()));
        Set<String> changed = new HashSet<>(now.keySet());
        changed.addAll(texts.keySet());
        for (Library library : libraries) { // each after those that it includes
            String name = name(library.getIdentifier());
            boolean isSame = now.containsKey(name) && Objects.equals(now.get(name), texts.get(name));
            if (isSame && includes(library).noneMatch(changed::contains)) {
                changed.remove(name);
            }
        }
        Map<VersionedIdentifier, CompiledLibrary> unchanged = new HashMap<>(libraryManager.getCompiledLibraries());
        unchanged.keySet().removeIf(library -> changed.contains(library.getId()));
        return unchanged;
    }

    /**
     * Takes a library over that is not compiled yet: its text is the same, and those that it includes declare the same.
     *
     * @param same notes of libraries whether they declare the same
     */
    private void takeOver(CqlSource source, LibraryManager into, Map<String, Boolean> same) {
        VersionedIdentifier identifier = identifier(source);
        CompiledLibrary before = libraryManager.getCompiledLibraries().get(identifier);
        Map<VersionedIdentifier, CompiledLibrary> now = into.getCompiledLibraries();
        if (before != null
                && !now.containsKey(identifier)
                && source.text().equals(texts.get(source.name()))
                && includes(Objects.requireNonNull(before.getLibrary()))
                        .allMatch(name -> same.computeIfAbsent(name, key -> declared(key, now)
                                .equals(declared(key, libraryManager.getCompiledLibraries()))))) {
            now.put(identifier, before);
        }
    }

    /** What a library declares for those that include it: names, with the types of expressions, functions and parameters. */
    private static List<String> declared(String name, Map<VersionedIdentifier, CompiledLibrary> among) {
        List<String> declared = new ArrayList<>();
        among.forEach((identifier, compiled) -> {
            Library library = compiled.getLibrary();
            if (library == null || !name.equals(identifier.getId())) {
                return;
            }
            if (library.getParameters() != null) {
                library.getParameters()
                        .getDef()
                        .forEach(def -> declared.add("parameter " + def.getName() + typed(def)));
            }
            if (library.getCodeSystems() != null) {
                library.getCodeSystems().getDef().forEach(def -> declared.add("codesystem " + def.getName()));
            }
            if (library.getValueSets() != null) {
                library.getValueSets().getDef().forEach(def -> declared.add("valueset " + def.getName()));
            }
            if (library.getCodes() != null) {
                library.getCodes().getDef().forEach(def -> declared.add("code " + def.getName()));
            }
            if (library.getConcepts() != null) {
                library.getConcepts().getDef().forEach(def -> declared.add("concept " + def.getName()));
            }
            if (library.getStatements() != null) {
                library.getStatements().getDef().forEach(def -> declared.add(statement(def)));
            }
        });
        Collections.sort(declared);
        return declared;
    }

    private static String statement(ExpressionDef def) {
        String operands = def instanceof FunctionDef function
                ? function.getOperand().stream().map(Translation::typed).collect(Collectors.joining(",", "(", ")"))
                        + function.getFluent()
                : "";
        return def.getAccessLevel() + " " + def.getContext() + " " + def.getName() + operands + typed(def);
    }

    private static String typed(Element element) {
        return " " + Trackable.INSTANCE.getResultType(element);
    }

    private static Stream<String> includes(Library library) {
        return included(library).values().stream();
    }

    /** The libraries that one includes, by what it calls them. */
    static Map<String, String> included(Library library) {
        return library.getIncludes() == null
                ? Map.of()
                : library.getIncludes().getDef().stream()
                        .collect(Collectors.toMap(
                                include -> String.valueOf(include.getLocalIdentifier()),
                                include -> String.valueOf(include.getPath())));
    }

    private static String name(@Nullable VersionedIdentifier identifier) {
        return identifier == null ? "" : String.valueOf(identifier.getId());
    }

    /**
     * One compiled library, and what is wrong with it. With errors it is kept too: the compiler would else compile it anew
     * for each library that includes it, and those could not be looked at.
     *
     * @param isOnBroken whether it includes one with errors, which the compiler is not made for
     */
    private static Optional<Library> resolve(
            CqlSource source, LibraryManager libraryManager, List<CqlCompilerException> found, boolean isOnBroken) {
        try {
            CompiledLibrary library = libraryManager.resolveLibrary(identifier(source), found);
            if (library.getLibrary() != null) {
                libraryManager.getCompiledLibraries().put(identifier(source), library);
            }
            return Optional.ofNullable(library.getLibrary());
        } catch (CqlCompilerException e) {
            found.add(e);
        } catch (RuntimeException e) {
            if (!isOnBroken) {
                throw e;
            }
        }
        return Optional.empty();
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

    static VersionedIdentifier identifier(CqlSource source) {
        return new VersionedIdentifier().withId(source.name()).withVersion(source.version());
    }
}
