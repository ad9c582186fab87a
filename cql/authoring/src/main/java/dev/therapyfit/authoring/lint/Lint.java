package dev.therapyfit.authoring.lint;

import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.ContentException;
import dev.therapyfit.cql.content.ContentProblem;
import dev.therapyfit.cql.content.CqlSource;
import dev.therapyfit.cql.content.DecisionSchema;
import dev.therapyfit.cql.content.DecisionSchema.Part;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import dev.therapyfit.cql.fhir.Resource;
import java.time.LocalDate;
import java.time.Month;
import java.time.Year;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Looks for what compiles and is probably not meant. A comment on the line before silences a rule there: {@code // @lint
 * unused: why}.
 */
public final class Lint {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String LOCATED = "locator";
    private static final Pattern LOCATOR = Pattern.compile("(\\d+):(\\d+)-.*");
    private static final int DATE_LENGTH = 10;
    private static final int MONTH_LENGTH = 7;
    private static final int YEAR_LENGTH = 4;
    private static final String FORBIDDEN = "forbidden-word";
    private static final String ANOTHER = "the content forbids the word, use another";
    private static final Set<String> COMPARISONS =
            Set.of("Less", "LessOrEqual", "Greater", "GreaterOrEqual", "Equal", "Equivalent", "NotEqual");
    private static final Set<String> NUMBERS = Set.of("Integer", "Decimal");
    private static final Set<String> REFERENCES =
            Set.of("ExpressionRef", "FunctionRef", "ValueSetRef", "CodeRef", "ConceptRef", "CodeSystemRef");
    private static final Set<String> TERMINOLOGY = Set.of("valueset", "codesystem", "codeSystem");

    /** Elements of a resource that people read. */
    private static final Set<String> READ = Set.of("title", "description", "text", "display", "label", "documentation");

    private final Content content;
    private final Wording wording;
    private final Set<String> cleared;
    private final SortedMap<String, JsonNode> libraries = new TreeMap<>();
    private final Map<String, String[]> lines = new HashMap<>();
    private final List<LintWarning> warnings = new ArrayList<>();

    private Lint(Content content, CqlEvaluator evaluator) {
        this.content = content;
        this.wording = Wording.of(content);
        this.cleared = ContentException.collect(() -> DecisionSchema.of(content), new ArrayList<>()).stream()
                .flatMap(schema -> schema.parts().stream())
                .map(Part::cleared)
                .filter(state -> !state.isEmpty())
                .collect(Collectors.toSet());
        SortedMap<String, String> elm = evaluator.elm();
        for (CqlSource source : content.libraries()) {
            libraries.put(source.name(), JSON.readTree(elm.get(source.name())).path("library"));
            lines.put(source.file(), source.text().split("\n", -1));
        }
    }

    /**
     * Everything that is found, in the order of its places.
     *
     * @param evaluator the content, compiled
     * @param today against which review dates are held
     */
    public static List<LintWarning> of(Content content, CqlEvaluator evaluator, LocalDate today) {
        Lint lint = new Lint(content, evaluator);
        lint.unused();
        lint.libraries.forEach(lint::expressions);
        for (String type : List.of("Library", "PlanDefinition")) {
            content.resources(type).forEach(resource -> lint.reviewDue(resource, today));
        }
        for (String type : List.of("PlanDefinition", "Questionnaire")) {
            content.resources(type).forEach(lint::words);
        }
        content.codeSystems().stream()
                .filter(system -> system.hasText("content", "complete")) // the content's own
                .forEach(lint::words);
        return lint.warnings.stream()
                .distinct()
                .sorted(Comparator.comparing(LintWarning::file)
                        .thenComparing(LintWarning::line)
                        .thenComparing(LintWarning::column))
                .toList();
    }

    // ---- What nothing refers to

    private void unused() {
        Set<String> used = new HashSet<>();
        libraries.forEach((name, library) -> {
            Map<String, String> included = included(library);
            each(library, node -> {
                if (REFERENCES.contains(node.path("type").asString(""))) {
                    used.add(referred(node, included, name));
                }
                // where ELM can have nothing but a reference, it does not say that it is one
                TERMINOLOGY.forEach(field -> {
                    if (node.path(field).isObject()) {
                        used.add(referred(node.path(field), included, name));
                    }
                });
            });
        });
        String main = content.mainLibrary().name();
        libraries.forEach((name, library) -> {
            for (String kind : List.of("statements", "valueSets", "codes", "concepts", "codeSystems")) {
                for (JsonNode def : library.path(kind).path("def")) {
                    String defined = def.path("name").asString("");
                    boolean isAsked = name.equals(main) && kind.equals("statements") && !isOf("FunctionDef", def);
                    if (!isAsked && !defined.equals("Patient") && !used.contains(name + "." + defined)) {
                        warn("unused", name, def, "nothing refers to \"" + defined + "\": remove it, or use it");
                    }
                }
            }
        });
    }

    private static Map<String, String> included(@Nullable JsonNode library) {
        Map<String, String> included = new HashMap<>();
        if (library != null) {
            library.path("includes")
                    .path("def")
                    .forEach(include -> included.put(
                            include.path("localIdentifier").asString(""),
                            include.path("path").asString("")));
        }
        return included;
    }

    private static String referred(JsonNode reference, Map<String, String> included, String library) {
        String alias = reference.path("libraryName").asString("");
        return included.getOrDefault(alias, library) + "."
                + reference.path("name").asString("");
    }

    // ---- What expressions say

    private void expressions(String name, JsonNode library) {
        each(library, node -> {
            String type = node.path("type").asString("");
            JsonNode operand = node.path("operand");
            if (isTakenForNo(name, node)) {
                warn(
                        "exists-as-no",
                        name,
                        node,
                        "no resource is taken for \"no\": ask for a datum that denies it, and for what could not be read");
            } else if (type.equals("As") && node.path("strict").asBoolean(false)) {
                warn(
                        "strict-cast",
                        name,
                        node,
                        "a cast ends the evaluation if the value is of another type: use \"as\", or ask with \"is\"");
            } else if (COMPARISONS.contains(type) && comparesBareNumbers(name, operand)) {
                warn(
                        "number-without-unit",
                        name,
                        node,
                        "a quantity's number is compared without its unit: compare quantities");
            } else if (type.equals("Case")) {
                node.path("caseItem").forEach(item -> clearing(name, item.path("when"), item.path("then")));
            } else if (type.equals("If")) {
                clearing(name, node.path("condition"), node.path("then"));
            } else if (isText(node)) {
                wording.forbiddenIn(node.path("value").asString(""))
                        .ifPresent(word -> warn(FORBIDDEN, name, node, "the text says \"" + word + "\": " + ANOTHER));
            }
        });
    }

    /** A check that one datum clears. */
    private void clearing(String library, JsonNode condition, JsonNode state) {
        if (isText(state) && cleared.contains(state.path("value").asString("")) && isOnePositive(library, condition)) {
            warn(
                    "one-negative",
                    library,
                    condition,
                    "one datum clears the check: ask that each of its questions is answered");
        }
    }

    /** True if a condition holds as soon as something is there, whatever else is not. */
    private boolean isOnePositive(String library, JsonNode condition) {
        return switch (condition.path("type").asString("")) {
            case "Exists" -> true;
            case "Not" -> isOf("IsNull", condition.path("operand"));
            case "Or" -> condition.path("operand").valueStream().anyMatch(operand -> isOnePositive(library, operand));
            case "ExpressionRef" -> named(library, condition, this::isOnePositive);
            case "Greater" ->
                isOf("Count", condition.path("operand").path(0))
                        && isValue(condition.path("operand").path(1), "0");
            default -> false;
        };
    }

    private Stream<JsonNode> definitions(String library) {
        JsonNode elm = libraries.get(library);
        return elm == null ? Stream.of() : elm.path("statements").path("def").valueStream();
    }

    private static boolean isText(JsonNode node) {
        return isOf("Literal", node) && node.path("valueType").asString("").endsWith("}String");
    }

    /** {@code not exists}, in one of its ways, of what is retrieved. */
    private boolean isTakenForNo(String library, JsonNode node) {
        JsonNode operand = node.path("operand");
        return switch (node.path("type").asString("")) {
            case "Not", "IsFalse" -> isOf("Exists", operand) && isRetrieved(library, operand.path("operand"));
            case "Equal", "Equivalent" ->
                operand.size() == 2
                        && ((isOf("Exists", operand.path(0))
                                        && isValue(operand.path(1), "false")
                                        && isRetrieved(library, operand.path(0).path("operand")))
                                || (isOf("Count", operand.path(0))
                                        && isValue(operand.path(1), "0")
                                        && isRetrieved(library, operand.path(0).path("source"))));
            default -> false;
        };
    }

    private static boolean isValue(JsonNode node, String value) {
        return isOf("Literal", node) && node.path("value").asString("").equals(value);
    }

    private boolean isRetrieved(String library, JsonNode list) {
        return isOf("Retrieve", list)
                || (isOf("Query", list)
                        && list.path("source").valueStream().anyMatch(one -> isOf("Retrieve", one.path("expression"))))
                || named(library, list, (included, named) -> isOf("Retrieve", named));
    }

    private boolean comparesBareNumbers(String library, JsonNode operands) {
        return operands.size() == 2
                && ((isNumberOfQuantity(library, operands.path(0)) && isNumber(library, operands.path(1)))
                        || (isNumber(library, operands.path(0)) && isNumberOfQuantity(library, operands.path(1))));
    }

    private boolean isNumber(String library, JsonNode node) {
        String type = node.path("valueType").asString("");
        return (isOf("Literal", node) && NUMBERS.contains(type.substring(type.indexOf('}') + 1)))
                || ((isOf("ToDecimal", node) || isOf("Negate", node)) && isNumber(library, node.path("operand")))
                || named(library, node, this::isNumber);
    }

    /** {@code value} of a quantity, of CQL or of FHIR, whatever it is converted to. */
    private boolean isNumberOfQuantity(String library, JsonNode node) {
        if (isOf("FunctionRef", node)) {
            return node.path("operand").size() == 1
                    && isNumberOfQuantity(library, node.path("operand").path(0));
        }
        JsonNode source = node.path("source");
        return isOf("Property", node)
                && node.path("path").asString("").equals("value")
                && (isQuantity(library, source) || isNumberOfQuantity(library, source));
    }

    /** A quantity, or one of a list of them. */
    private boolean isQuantity(String library, JsonNode node) {
        return switch (node.path("type").asString("")) {
            case "As" ->
                (node.path("asType").asString("")
                                + node.path("asTypeSpecifier").path("name").asString(""))
                        .endsWith("}Quantity");
            case "First", "Last", "Min", "Max" -> isQuantity(library, node.path("source"));
            case "SingletonFrom" -> isQuantity(library, node.path("operand"));
            case "Query" -> isQuantity(library, node.path("return").path("expression"));
            default -> named(library, node, this::isQuantity);
        };
    }

    /** True if what a name stands for is such. */
    private boolean named(String library, JsonNode node, BiPredicate<String, JsonNode> such) {
        if (!isOf("ExpressionRef", node)) {
            return false;
        }
        String[] referred =
                referred(node, included(libraries.get(library)), library).split("\\.", 2);
        return definitions(referred[0])
                .filter(def -> def.path("name").asString("").equals(referred[1]))
                .anyMatch(def -> such.test(referred[0], def.path("expression")));
    }

    private static boolean isOf(String type, JsonNode node) {
        return node.path("type").asString("").equals(type);
    }

    // ---- Resources

    private void reviewDue(Resource resource, LocalDate today) {
        Optional<LocalDate> end = resource.first("effectivePeriod")
                .flatMap(period -> period.text("end"))
                .map(Lint::lastDay);
        if (end.filter(today::isAfter).isPresent()) {
            warn(
                    "review-due",
                    resource,
                    "effectivePeriod.end",
                    "its review was due on " + end.get() + ": review it, and move the date");
        }
    }

    /** The last day of a date, which may name a month or a year only. */
    private static LocalDate lastDay(String date) {
        return switch (date.length()) {
            case YEAR_LENGTH -> Year.parse(date).atMonth(Month.DECEMBER).atEndOfMonth();
            case MONTH_LENGTH -> YearMonth.parse(date).atEndOfMonth();
            default -> LocalDate.parse(date.substring(0, DATE_LENGTH));
        };
    }

    /** What people read in a resource. */
    private void words(Resource resource) {
        String file = content.file(resource);
        texts("", JSON.readTree(Objects.requireNonNull(content.bytes(file))))
                .forEach((path, text) -> wording.forbiddenIn(text)
                        .ifPresent(word -> warn(FORBIDDEN, resource, path, "it says \"" + word + "\": " + ANOTHER)));
    }

    /** The texts of an element, by their paths. */
    private static SortedMap<String, String> texts(String path, JsonNode element) {
        SortedMap<String, String> texts = new TreeMap<>();
        element.properties().forEach(child -> {
            String name = path.isEmpty() ? child.getKey() : path + "." + child.getKey();
            if (child.getValue().isString() && READ.contains(child.getKey())) {
                texts.put(name, child.getValue().asString());
            }
            texts.putAll(texts(name, child.getValue()));
        });
        for (int i = 0; element.isArray() && i < element.size(); i++) {
            texts.putAll(texts(path + "[" + i + "]", element.get(i)));
        }
        return texts;
    }

    // ---- Places

    private void warn(String rule, Resource resource, String path, String message) {
        ContentProblem place = content.problem(resource, path, message);
        warnings.add(
                new LintWarning(rule, place.file(), Math.max(place.line(), 1), Math.max(place.column(), 1), message));
    }

    private void warn(String rule, String library, JsonNode node, String message) {
        String file = content.library(library).file();
        Matcher place = LOCATOR.matcher(node.path(LOCATED).asString(""));
        int line = place.matches() ? Integer.parseInt(place.group(1)) : 1;
        int column = place.matches() ? Integer.parseInt(place.group(2)) : 1;
        if (!isSilenced(rule, file, line)) {
            warnings.add(new LintWarning(rule, file, line, column, message));
        }
    }

    private boolean isSilenced(String rule, String file, int line) {
        String[] all = lines.getOrDefault(file, new String[0]);
        return line >= 2 && line <= all.length && all[line - 2].strip().startsWith("// @lint " + rule + ":");
    }

    private static void each(JsonNode node, Consumer<JsonNode> visit) {
        each(node, "", visit);
    }

    /** @param around where what holds it stands: so does what the compiler puts in, as the comparisons of {@code between} */
    private static void each(JsonNode node, String around, Consumer<JsonNode> visit) {
        String place = node.path(LOCATED).asString(around);
        if (node instanceof ObjectNode object) {
            object.put(LOCATED, place);
            visit.accept(node);
        }
        node.forEach(inner -> each(inner, place, visit));
    }
}
