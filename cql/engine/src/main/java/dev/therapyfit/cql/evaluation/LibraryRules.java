package dev.therapyfit.cql.evaluation;

import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.ContentProblem;
import dev.therapyfit.cql.content.CqlSource;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.terminology.CodeSyntax;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.hl7.elm.r1.CodeDef;
import org.hl7.elm.r1.Element;
import org.hl7.elm.r1.Expression;
import org.hl7.elm.r1.ExpressionDef;
import org.hl7.elm.r1.FunctionDef;
import org.hl7.elm.r1.Library;
import org.hl7.elm.r1.Literal;
import org.hl7.elm.r1.Tuple;
import org.jspecify.annotations.Nullable;

/** What the compiler does not see in libraries, and what would make a rule silently say something else. */
final class LibraryRules {
    private static final Pattern NUMBER = Pattern.compile("-?\\d+([.]\\d+)?( (year|month|week|day|hour|minute)s?)?");

    /** An element of this name holds a code, which may be made of digits. */
    private static final String CODE = "code";

    private LibraryRules() {}

    /**
     * Libraries of which only one half is there. Where plan definitions make services of the content, each library is a
     * file of CQL and a Library resource of its name and version, which says what it needs.
     */
    static List<ContentProblem> problems(Content content) {
        List<ContentProblem> problems = new ArrayList<>();
        if (content.resources("PlanDefinition").isEmpty()) {
            return problems;
        }
        Map<String, CqlSource> sources =
                content.libraries().stream().collect(Collectors.toMap(CqlSource::name, Function.identity()));
        for (Resource library : content.resources("Library")) {
            String name = name(library);
            String version = library.text("version").orElse(null);
            CqlSource source = sources.remove(name);
            if (source == null && content.bytes(file(name)) == null) {
                problems.add(
                        content.problem(library, "name", "Library " + name + ": no CQL of that name is in input/cql"));
            } else if (source != null && !source.version().equals(version)) {
                problems.add(content.problem(
                        library,
                        "version",
                        "version " + version + ": expected " + source.version() + ", as its CQL has"));
            }
        }
        sources.values().stream()
                .filter(source -> !content.mayDefine(source.name()))
                .map(source -> new ContentProblem(
                        source.file(),
                        1,
                        1,
                        "library " + source.name() + " has no Library resource: expected input/resources/library/"
                                + source.name() + ".json"))
                .sorted(Comparator.comparing(ContentProblem::file))
                .forEach(problems::add);
        return problems;
    }

    /** Libraries that are missing, or have another version than they should: {@link #problems} says so. */
    static Set<String> lost(Content content) {
        Set<String> lost = new HashSet<>();
        if (content.resources("PlanDefinition").isEmpty()) {
            return lost;
        }
        Map<String, String> versions =
                content.libraries().stream().collect(Collectors.toMap(CqlSource::name, CqlSource::version));
        content.resources("Library").stream()
                .filter(library -> !library.text("version").equals(Optional.ofNullable(versions.get(name(library)))))
                .forEach(library -> lost.add(name(library)));
        content.missingLibraries().stream()
                .filter(name -> content.bytes(file(name)) != null)
                .forEach(lost::add);
        return lost;
    }

    private static String name(Resource library) {
        return library.text("name").orElse("");
    }

    private static String file(String library) {
        return "input/cql/" + library + ".cql";
    }

    /** Codes and code systems that libraries declare and that cannot be, and codes that one library declares twice. */
    static List<ContentProblem> wrongCodes(List<Library> libraries) {
        List<ContentProblem> problems = new ArrayList<>();
        for (Library library : libraries) {
            if (library.getCodeSystems() != null) {
                library.getCodeSystems().getDef().forEach(def -> CodeSyntax.faultOf(def.getId())
                        .ifPresent(fault -> problems.add(problem(library, def, fault))));
            }
            Map<String, CodeDef> seen = new HashMap<>();
            for (CodeDef def : library.getCodes() == null
                    ? List.<CodeDef>of()
                    : library.getCodes().getDef()) {
                String system = DeclaredCodes.system(library, def);
                CodeSyntax.faultOf(system, def.getId()).ifPresent(fault -> problems.add(problem(library, def, fault)));
                CodeDef first = seen.putIfAbsent(system + "|" + def.getId(), def);
                if (first != null) {
                    problems.add(problem(
                            library, def, "code " + def.getId() + " is declared twice, first as " + first.getName()));
                }
            }
        }
        return problems;
    }

    private static ContentProblem problem(Library library, Element element, String message) {
        return new ContentProblem(
                file(String.valueOf(library.getIdentifier().getId())),
                RetrieveCollector.line(element),
                column(element),
                message);
    }

    /** A definition, or an element of one, that is a number written as a text: no comparison with it is ever true. */
    static List<ContentProblem> numbersAsTexts(List<Library> libraries) {
        List<ContentProblem> problems = new ArrayList<>();
        for (Library library : libraries) {
            if (library.getStatements() == null) {
                continue;
            }
            String file = file(String.valueOf(library.getIdentifier().getId()));
            for (ExpressionDef def : library.getStatements().getDef()) {
                if (def instanceof FunctionDef) {
                    continue;
                }
                if (def.getExpression() instanceof Tuple tuple) {
                    tuple.getElement().stream()
                            .filter(element -> !CODE.equals(element.getName()))
                            .forEach(element -> requireNoNumber(element.getValue(), file, problems));
                }
                requireNoNumber(def.getExpression(), file, problems);
            }
        }
        return problems;
    }

    private static void requireNoNumber(@Nullable Expression expression, String file, List<ContentProblem> problems) {
        if (expression instanceof Literal literal
                && literal.getValueType() != null
                && "String".equals(literal.getValueType().getLocalPart())
                && NUMBER.matcher(String.valueOf(literal.getValue())).matches()) {
            problems.add(new ContentProblem(
                    file,
                    RetrieveCollector.line(literal),
                    column(literal),
                    "'" + literal.getValue() + "' is a number written as a text: expected it without quotes"));
        }
    }

    private static int column(Element element) {
        String locator = element.getLocator();
        return locator == null ? 0 : Integer.parseInt(locator.split("[:-]", 3)[1]);
    }
}
