package dev.therapyfit.cql.evaluation;

import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.ContentProblem;
import dev.therapyfit.cql.content.CqlSource;
import dev.therapyfit.cql.evaluation.CqlDefinitions.Name;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.cqframework.cql.cql2elm.CqlCompilerException;
import org.cqframework.cql.cql2elm.CqlSyntaxException;

/**
 * What the compiler says of all libraries, without what only follows from something else: one wrong definition makes it
 * complain of whatever uses that, and of whatever uses those.
 */
final class CompilerErrors {
    /** Never a cause: another error of the same or an included library says it. */
    private static final Pattern ECHO = Pattern.compile(
            "Could not validate reference to |Internal error: could not determine result type|Internal translator error");

    /** Never the consequence of a definition that is wrong, only of one that is not there at all. */
    private static final Pattern OWN = Pattern.compile(
            "Could not resolve identifier|Could not resolve type name|Error processing unit|Could not resolve library");

    private static final Pattern NOT_LOADED =
            Pattern.compile("Could not load source for library ([^,]+), version ([^,]+),.*", Pattern.DOTALL);

    private final Content content;
    private final Map<String, CqlDefinitions> definitions = new HashMap<>();
    private final Map<Name, Set<Name>> references = new HashMap<>();

    /** Libraries of which nothing is known, since they are missing or cannot be parsed. */
    private final Set<String> lost = new HashSet<>();

    /** Of these another problem says already that they are not there. */
    private final Set<String> toldLost = new HashSet<>();

    private final Map<ContentProblem, Name> errors = new LinkedHashMap<>();
    private final Set<Name> wrong = new HashSet<>();

    /**
     * Of no library yet.
     *
     * @param lost libraries that are known to be missing, which need not be told again
     */
    CompilerErrors(Content content, Set<String> lost) {
        this.content = content;
        this.lost.addAll(lost);
        this.toldLost.addAll(lost);
    }

    /** Reads what the libraries define and refer to, which takes a while and matters only where something is wrong. */
    private void readDefinitions() {
        if (!definitions.isEmpty()) {
            return;
        }
        for (CqlSource source : content.libraries()) {
            CqlDefinitions found = CqlDefinitions.of(source);
            definitions.put(source.name(), found);
            found.all().forEach(definition -> references
                    .computeIfAbsent(definition.name(), name -> new HashSet<>())
                    .addAll(definition.references()));
        }
    }

    /** Takes what the compiler says of one library. Once its text cannot be parsed, the rest of what it says is guesswork. */
    void add(CqlSource source, List<CqlCompilerException> found) {
        List<CqlCompilerException> syntax =
                found.stream().filter(CqlSyntaxException.class::isInstance).toList();
        if (!syntax.isEmpty()) {
            lost.add(source.name());
        }
        for (CqlCompilerException error : syntax.isEmpty() ? found : syntax) {
            add(source, error);
        }
    }

    private void add(CqlSource source, CqlCompilerException error) {
        var place = error.getLocator();
        if (place != null
                && place.getLibrary() != null
                && place.getLibrary().getId() != null
                && !place.getLibrary().getId().equals(source.name())) {
            return; // told of that library itself
        }
        String message = String.valueOf(error.getMessage());
        Matcher missing = NOT_LOADED.matcher(message);
        if (missing.matches()) {
            lost.add(missing.group(1));
            if (toldLost.contains(missing.group(1))) {
                return;
            }
            message = "library " + missing.group(1) + " version " + missing.group(2) + " is not in input/cql";
        }
        // the parser counts columns from 0
        int column = place == null ? 1 : place.getStartChar() + (error instanceof CqlSyntaxException ? 1 : 0);
        addProblem(
                source.name(),
                new ContentProblem(source.file(), place == null ? 1 : place.getStartLine(), column, message));
    }

    private void addProblem(String library, ContentProblem problem) {
        readDefinitions();
        CqlDefinitions known = definitions.get(library);
        Name at = known == null
                ? new Name(library, "")
                : known.at(library, problem.line()).name();
        errors.putIfAbsent(problem, at);
        wrong.add(at);
    }

    /** Takes what was found otherwise in a library. */
    void add(ContentProblem problem) {
        addProblem(problem.file().replaceFirst(".*/", "").replaceFirst("[.]cql$", ""), problem);
    }

    /** The errors that do not follow from others. */
    List<ContentProblem> causes() {
        List<ContentProblem> causes = new ArrayList<>();
        errors.forEach((problem, name) -> {
            if (!follows(problem.message(), name)) {
                causes.add(problem);
            }
        });
        boolean isExplained =
                causes.stream().anyMatch(cause -> !ECHO.matcher(cause.message()).lookingAt());
        if (isExplained || !toldLost.isEmpty()) {
            causes.removeIf(cause -> ECHO.matcher(cause.message()).lookingAt());
        }
        return causes;
    }

    private boolean follows(String message, Name name) {
        boolean isOwn = OWN.matcher(message).lookingAt();
        Set<Name> seen = new HashSet<>(Set.of(name));
        Deque<Name> open = new ArrayDeque<>(references.getOrDefault(name, Set.of()));
        while (!open.isEmpty()) {
            Name next = open.remove();
            if (lost.contains(next.library()) && !next.library().equals(name.library())) {
                return !isOwn || references.getOrDefault(name, Set.of()).contains(next);
            }
            if (seen.add(next)) {
                if (!isOwn && wrong.contains(next) && !next.definition().isEmpty()) {
                    return true;
                }
                open.addAll(references.getOrDefault(next, Set.of()));
            }
        }
        return false;
    }
}
