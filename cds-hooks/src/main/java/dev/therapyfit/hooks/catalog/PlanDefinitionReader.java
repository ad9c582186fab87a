package dev.therapyfit.hooks.catalog;

import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.ContentProblem;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import dev.therapyfit.cql.fhir.Element;
import dev.therapyfit.cql.fhir.FhirType;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.fhir.ResourceReader;
import dev.therapyfit.cql.terminology.Terminology;
import dev.therapyfit.hooks.card.Card.Link;
import dev.therapyfit.hooks.card.Card.OverrideReason;
import dev.therapyfit.hooks.card.Card.Source;
import dev.therapyfit.hooks.card.Card.Topic;
import dev.therapyfit.hooks.card.CardTemplate;
import dev.therapyfit.hooks.card.CardTemplate.ActionTemplate;
import dev.therapyfit.hooks.card.CardTemplate.LinkTemplate;
import dev.therapyfit.hooks.card.CardTemplate.SuggestionTemplate;
import dev.therapyfit.hooks.chart.PrefetchTemplate;
import dev.therapyfit.hooks.request.Hook;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads one plan definition as the declaration of a CDS service: an action is a card, an action in it a suggestion, an
 * action in that an action of the suggestion. What depends on the patient is a {@code dynamicValue} that names a CQL
 * expression.
 */
final class PlanDefinitionReader {
    /** The value set of reasons for not following a card. */
    static final String OVERRIDE_REASONS = "https://therapyfit.dev/fhir/StructureDefinition/override-reasons";

    /** Says that a link launches a SMART app, and what the app is told. */
    static final String SMART_APP = "https://therapyfit.dev/fhir/StructureDefinition/smart-app";

    /** Says that a client may open a link by itself. */
    static final String AUTOLAUNCHABLE = "https://therapyfit.dev/fhir/StructureDefinition/autolaunchable";

    private static final String APP_CONTEXT = "appContext";
    private static final String CQL = "text/cql";

    /** The name of a definition in CQL. */
    private static final Pattern NAME = Pattern.compile("\"([^\"\\\\]+)\"");

    private static final Map<String, String> ACTION_TYPES =
            Map.of("create", "create", "update", "update", "remove", "delete");

    private static final Element NO_FILTER = Element.of("DataRequirement.CodeFilter");
    private static final Element NO_EXPRESSION = Element.of("Expression");

    private final Resource plan;
    private final Content content;
    private final Set<String> expressions;
    private final List<ContentProblem> problems = new ArrayList<>();

    /**
     * Of one plan definition.
     *
     * @param expressions those of the main library; none if it cannot be read, and then any may be named
     */
    PlanDefinitionReader(Resource plan, Content content, Set<String> expressions) {
        this.plan = plan;
        this.content = content;
        this.expressions = expressions;
    }

    List<ContentProblem> problems() {
        return problems;
    }

    /** Finds what is wrong. */
    void check() {
        declared();
    }

    /** What a plan definition declares. */
    private record Declared(Optional<Hook> hook, List<Element> data, List<CardTemplate> cards) {}

    private Declared declared() {
        Optional<Hook> hook = hook();
        if (!plan.has("name") || !plan.has("title") || !plan.has("description")) {
            problem("", "expected name, title and description, which discovery shows");
        }
        return new Declared(hook, data(), cards());
    }

    private List<CardTemplate> cards() {
        return placed(plan, "", "action")
                .map(action -> card(action.element, action.path))
                .toList();
    }

    /** The service; empty if anything is wrong with it. */
    Optional<CdsService> read(CqlEvaluator evaluator, List<PrefetchTemplate> prefetch) {
        Declared declared = declared();
        if (!problems.isEmpty()) {
            return Optional.empty();
        }
        List<OrderTrigger> orders = declared.data().stream()
                .map(order -> new OrderTrigger(
                        text(order, "type"),
                        text(codeFilter(order), "path"),
                        text(codeFilter(order), "valueSet"),
                        evaluator.terminology(),
                        evaluator.conceptMaps()))
                .toList();
        return declared.hook()
                .map(found -> new CdsService(
                        text(plan, "name"),
                        found,
                        text(plan, "title"),
                        text(plan, "description"),
                        plan.text("usage"),
                        prefetchFor(orders, evaluator, prefetch),
                        PrefetchTemplate.referencedTypes(evaluator.dataRequirements()),
                        orders,
                        declared.cards()));
    }

    /** What is read of the patient, and what the orders refer to. */
    private static List<PrefetchTemplate> prefetchFor(
            List<OrderTrigger> orders, CqlEvaluator evaluator, List<PrefetchTemplate> prefetch) {
        Stream<PrefetchTemplate> behind = orders.stream()
                .flatMap(order ->
                        PrefetchTemplate.behind(order.type(), order.path(), evaluator.dataRequirements()).stream())
                .distinct();
        return Stream.concat(prefetch.stream(), behind).toList();
    }

    private void problem(String element, String message) {
        problems.add(content.problem(
                plan, element, element.isEmpty() ? message : element.replaceAll("\\[\\d+]", "") + ": " + message));
    }

    private static String text(Element element, String name) {
        return element.text(name).orElse("");
    }

    private static Element codeFilter(Element data) {
        return data.first("codeFilter").orElse(NO_FILTER);
    }

    /** An element with its path. */
    private record Placed(Element element, String path) {}

    private static Stream<Placed> placed(Element parent, String path, String name) {
        List<Element> all = parent.all(name);
        return IntStream.range(0, all.size())
                .mapToObj(i -> new Placed(all.get(i), (path.isEmpty() ? "" : path + ".") + name + "[" + i + "]"));
    }

    private List<Placed> triggers() {
        return placed(plan, "", "action")
                .flatMap(action -> placed(action.element, action.path, "trigger"))
                .toList();
    }

    /** The one hook of all triggers. */
    private Optional<Hook> hook() {
        Optional<String> first = Optional.empty();
        List<Placed> triggers = triggers();
        for (Placed trigger : triggers) {
            String name = text(trigger.element, "name");
            if (Hook.of(name).isEmpty() || !name.equals(first.orElse(name))) {
                problem(trigger.path + ".name", "expected one hook, the same for every card, got " + name);
            } else {
                first = Optional.of(name);
            }
        }
        if (triggers.isEmpty()) {
            problem("action.trigger.name", "expected one hook, the same for every card");
        }
        return first.flatMap(Hook::of);
    }

    /** What the triggers want of orders. */
    private List<Element> data() {
        List<Placed> data = triggers().stream()
                .flatMap(trigger -> placed(trigger.element, trigger.path, "data"))
                .toList();
        data.forEach(one -> requireOrder(one.element, one.path));
        return data.stream().map(Placed::element).toList();
    }

    private void requireOrder(Element data, String path) {
        String filtered = text(codeFilter(data), "path");
        String valueSet = text(codeFilter(data), "valueSet");
        boolean isKnown = valueSet(valueSet).isPresent() || content.mayDefine(valueSet);
        if (!isKnown || !hasElement(text(data, "type"), filtered)) {
            problem(
                    path,
                    "expected a type and a codeFilter with an element of it as path and a value set of the content");
        }
    }

    private Optional<Resource> valueSet(String url) {
        return content.valueSets().stream()
                .filter(candidate -> candidate.hasText("url", url))
                .findFirst();
    }

    private static boolean hasElement(String type, String path) {
        return ResourceReader.isResource(type) && FhirType.of(type).child(path) != null;
    }

    private CardTemplate card(Element action, String path) {
        Optional<Source> source = Optional.empty();
        List<LinkTemplate> links = new ArrayList<>();
        for (Placed placed : placed(action, path, "documentation").toList()) {
            Element document = placed.element;
            boolean isSource = document.hasText("type", "documentation") || document.hasText("type", "citation");
            if (isSource && source.isEmpty()) {
                source = Optional.of(
                        new Source(label(document), url(document, placed.path), icon(document, placed.path), topic()));
            } else if (document.has("url")) {
                links.add(link(document, placed.path));
            }
        }
        if (source.isEmpty()) {
            problem(path + ".documentation", "expected one of type documentation: the card's source");
        }
        return new CardTemplate(
                conditions(action, path),
                required(action, "title", path),
                required(action, "priority", path),
                expression(action, "description", path),
                source.orElse(new Source("", null)),
                links,
                own(action, false),
                own(action, true),
                overrideReasons(action, path),
                selectionBehavior(action, path),
                each(action, path, this::suggestion));
    }

    /** Label of a link that leads to this service: to the decision, or to the app that answers about it. */
    private static Optional<String> own(Element action, boolean isApp) {
        return action.all("documentation").stream()
                .filter(document -> document.hasText("type", "justification") && !document.has("url"))
                .filter(document -> document.extensions(SMART_APP).findAny().isPresent() == isApp)
                .map(PlanDefinitionReader::label)
                .findFirst();
    }

    /** Reads one action inside another. */
    private interface Reading<T> {
        T read(Element action, String path);
    }

    private static <T> List<T> each(Element action, String path, Reading<T> reading) {
        return placed(action, path, "action")
                .map(inner -> reading.read(inner.element, inner.path))
                .toList();
    }

    private LinkTemplate link(Element document, String path) {
        Optional<Element> app = document.extensions(SMART_APP).findFirst();
        boolean mayLaunch = document.extensions(AUTOLAUNCHABLE)
                .findFirst()
                .filter(auto -> auto.hasText("value", "true"))
                .isPresent();
        Optional<String> appContext = Optional.empty();
        Optional<Element> told = app.flatMap(one -> one.extensions(APP_CONTEXT).findFirst());
        if (told.isPresent()) {
            Optional<Element> value = told.get().first("value").filter(one -> one.is("Expression"));
            if (value.isPresent()) {
                appContext = Optional.of(identifier(value.get(), path));
            } else {
                problem(path, "expected an Expression as the appContext of a SMART app");
            }
        }
        String url = url(document, path);
        return new LinkTemplate(
                new Link(label(document), url, app.isEmpty() ? "absolute" : "smart", null, mayLaunch ? true : null),
                appContext);
    }

    /**
     * The URL of a document, which a browser must be able to open by itself. A library of this content is shown by this
     * service: its URL is relative to that of a decision.
     */
    private String url(Element document, String path) {
        return content.libraryResource(text(document, "url"))
                .map(library -> "../content/Library/" + text(library, "name"))
                .orElseGet(() -> absolute(text(document, "url"), path + ".url"));
    }

    /** An image of the source: {@code RelatedArtifact.document} of an image type, of which CDS Hooks wants PNG. */
    private @Nullable String icon(Element document, String path) {
        Optional<Element> attachment = document.first("document");
        String type = attachment.flatMap(one -> one.text("contentType")).orElse("");
        if (!type.startsWith("image/")) {
            return null;
        }
        if (!type.equals("image/png")) {
            problem(path + ".document", "expected image/png as the type of an icon");
        }
        return absolute(text(attachment.orElseThrow(), "url"), path + ".document.url");
    }

    private String absolute(String url, String path) {
        try {
            URI uri = new URI(url);
            if (uri.isAbsolute() && uri.getHost() != null) {
                return uri.toString();
            }
        } catch (URISyntaxException e) {
            // told below, as every other text that is no absolute URL
        }
        problem(path, "expected an absolute URL");
        return "";
    }

    /** The first coding of the plan's topic. */
    private @Nullable Topic topic() {
        Optional<Element> topic = plan.first("topic");
        if (topic.isEmpty()) {
            return null;
        }
        Optional<Element> coding = topic.get().first("coding");
        Optional<String> system = coding.flatMap(one -> one.text("system"));
        Optional<String> code = coding.flatMap(one -> one.text("code"));
        if (system.isEmpty() || code.isEmpty()) {
            problem("topic", "expected a coding with system and code, as source.topic of a card has");
        }
        return new Topic(
                system.orElse(""),
                code.orElse(""),
                coding.flatMap(one -> one.text("display")).orElse(null));
    }

    private static String label(Element document) {
        return document.text("display").or(() -> document.text("label")).orElse("");
    }

    private String selectionBehavior(Element action, String path) {
        String behavior = action.text("selectionBehavior").orElse("any");
        if (!List.of("any", "at-most-one").contains(behavior)) {
            problem(path + ".selectionBehavior", "expected any or at-most-one, which CDS Hooks knows");
        }
        return behavior;
    }

    private SuggestionTemplate suggestion(Element action, String path) {
        return new SuggestionTemplate(
                conditions(action, path),
                required(action, "title", path),
                each(action, path, this::action),
                actionSelectionBehavior(action, path));
    }

    /** Absent or {@code all} is what CDS Hooks takes for granted. */
    private Optional<String> actionSelectionBehavior(Element action, String path) {
        return !action.has("selectionBehavior") || action.hasText("selectionBehavior", "all")
                ? Optional.empty()
                : Optional.of(selectionBehavior(action, path));
    }

    private ActionTemplate action(Element action, String path) {
        String type = action.first("type")
                .flatMap(types -> types.first("coding"))
                .flatMap(coding -> coding.text("code"))
                .map(ACTION_TYPES::get)
                .orElse("");
        if (type.isEmpty()) {
            problem(path + ".type", "expected create, update or remove");
        }
        Optional<String> resource = expression(action, "resource", path);
        Optional<String> resourceId = expression(action, "resourceId", path);
        if (type.equals("delete") ? resourceId.isEmpty() : resource.isEmpty()) {
            problem(path + ".dynamicValue", "expected path resource, or resourceId for remove");
        }
        return new ActionTemplate(type, required(action, "description", path), resource, resourceId);
    }

    private List<String> conditions(Element action, String path) {
        return placed(action, path, "condition")
                .map(condition -> expression(condition.element, condition.path))
                .toList();
    }

    private String required(Element action, String element, String path) {
        Optional<String> name = expression(action, element, path);
        if (name.isEmpty()) {
            problem(path + ".dynamicValue", "expected one with path " + element);
        }
        return name.orElse("");
    }

    private Optional<String> expression(Element action, String element, String path) {
        return placed(action, path, "dynamicValue")
                .filter(value -> value.element.hasText("path", element))
                .findFirst()
                .map(value -> expression(value.element, value.path));
    }

    /** The name in the expression of a condition or of a dynamic value. */
    private String expression(Element parent, String path) {
        return identifier(parent.first("expression").orElse(NO_EXPRESSION), path + ".expression.expression");
    }

    private String identifier(Element expression, String path) {
        String text = text(expression, "expression");
        Matcher name = NAME.matcher(text);
        if (!expression.hasText("language", CQL)
                || !name.matches()
                || !(expressions.isEmpty() || expressions.contains(name.group(1)))) {
            problem(
                    path,
                    "expected " + CQL + " with the name of an expression of the main library in double quotes, got "
                            + text);
            return "";
        }
        return name.group(1);
    }

    private List<OverrideReason> overrideReasons(Element action, String path) {
        Optional<Placed> extension = placed(action, path, "extension")
                .filter(one -> one.element.hasText("url", OVERRIDE_REASONS))
                .findFirst();
        if (extension.isEmpty()) {
            return List.of();
        }
        String url = text(extension.get().element, "value");
        Optional<Resource> valueSet = valueSet(url);
        if (valueSet.isEmpty()) {
            if (!content.mayDefine(url)) {
                problem(extension.get().path, "override-reasons: expected the canonical of a value set of the content");
            }
            return List.of();
        }
        Map<String, String> displays = displays();
        return Terminology.sets(valueSet.get(), "include").stream()
                .flatMap(include -> include.all("concept").stream().map(concept -> reason(include, concept, displays)))
                .toList();
    }

    private static OverrideReason reason(Element include, Element concept, Map<String, String> displays) {
        String system = text(include, "system");
        String code = text(concept, "code");
        return new OverrideReason(
                code,
                system,
                concept.text("display").orElseGet(() -> displays.getOrDefault(system + "|" + code, code)));
    }

    private Map<String, String> displays() {
        Map<String, String> displays = new HashMap<>();
        for (Resource system : content.codeSystems()) {
            for (Element concept : system.all("concept")) {
                concept.text("display")
                        .ifPresent(display ->
                                displays.putIfAbsent(text(system, "url") + "|" + text(concept, "code"), display));
            }
        }
        return displays;
    }
}
