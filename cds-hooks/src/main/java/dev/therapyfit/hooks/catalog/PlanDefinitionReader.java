package dev.therapyfit.hooks.catalog;

import ca.uhn.fhir.context.FhirContext;
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
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CanonicalType;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DataRequirement;
import org.hl7.fhir.r4.model.Expression;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.PlanDefinition;
import org.hl7.fhir.r4.model.PlanDefinition.ActionSelectionBehavior;
import org.hl7.fhir.r4.model.PlanDefinition.PlanDefinitionActionComponent;
import org.hl7.fhir.r4.model.RelatedArtifact;
import org.hl7.fhir.r4.model.RelatedArtifact.RelatedArtifactType;
import org.hl7.fhir.r4.model.TriggerDefinition;
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

    private final PlanDefinition plan;
    private final Content content;
    private final Set<String> expressions;
    private final List<ContentProblem> problems = new ArrayList<>();

    /**
     * Of one plan definition.
     *
     * @param expressions those of the main library; none if it cannot be read, and then any may be named
     */
    PlanDefinitionReader(PlanDefinition plan, Content content, Set<String> expressions) {
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
    private record Declared(Optional<Hook> hook, List<DataRequirement> data, List<CardTemplate> cards) {}

    private Declared declared() {
        Optional<Hook> hook = hook();
        if (!plan.hasName() || !plan.hasTitle() || !plan.hasDescription()) {
            problem("", "expected name, title and description, which discovery shows");
        }
        return new Declared(hook, data(), cards());
    }

    private List<CardTemplate> cards() {
        List<CardTemplate> cards = new ArrayList<>();
        for (int i = 0; i < plan.getAction().size(); i++) {
            cards.add(card(plan.getAction().get(i), "action[" + i + "]"));
        }
        return cards;
    }

    /** The service; empty if anything is wrong with it. */
    Optional<CdsService> read(CqlEvaluator evaluator, List<PrefetchTemplate> prefetch, FhirContext fhir) {
        Declared declared = declared();
        if (!problems.isEmpty()) {
            return Optional.empty();
        }
        List<OrderTrigger> orders = declared.data().stream()
                .map(order -> new OrderTrigger(
                        order.getType(),
                        order.getCodeFilterFirstRep().getPath(),
                        order.getCodeFilterFirstRep().getValueSet(),
                        evaluator.terminology(),
                        evaluator.conceptMaps()))
                .toList();
        return declared.hook()
                .map(found -> new CdsService(
                        plan.getName(),
                        found,
                        plan.getTitle(),
                        plan.getDescription(),
                        Optional.ofNullable(plan.getUsage()),
                        prefetchFor(orders, evaluator, prefetch, fhir),
                        PrefetchTemplate.referencedTypes(evaluator.dataRequirements(), fhir),
                        orders,
                        declared.cards()));
    }

    /** What is read of the patient, and what the orders refer to. */
    private static List<PrefetchTemplate> prefetchFor(
            List<OrderTrigger> orders, CqlEvaluator evaluator, List<PrefetchTemplate> prefetch, FhirContext fhir) {
        Stream<PrefetchTemplate> behind = orders.stream()
                .flatMap(order ->
                        PrefetchTemplate.behind(order.type(), order.path(), evaluator.dataRequirements(), fhir)
                                .stream())
                .distinct();
        return Stream.concat(prefetch.stream(), behind).toList();
    }

    private void problem(String element, String message) {
        problems.add(content.problem(
                plan, element, element.isEmpty() ? message : element.replaceAll("\\[\\d+]", "") + ": " + message));
    }

    /** The one hook of all triggers. */
    private Optional<Hook> hook() {
        Optional<String> first = Optional.empty();
        for (int i = 0; i < plan.getAction().size(); i++) {
            List<TriggerDefinition> triggers = plan.getAction().get(i).getTrigger();
            for (int j = 0; j < triggers.size(); j++) {
                String name = String.valueOf(triggers.get(j).getName());
                if (Hook.of(name).isEmpty() || !name.equals(first.orElse(name))) {
                    problem(
                            "action[" + i + "].trigger[" + j + "].name",
                            "expected one hook, the same for every card, got " + name);
                } else {
                    first = Optional.of(name);
                }
            }
        }
        if (plan.getAction().stream().noneMatch(PlanDefinitionActionComponent::hasTrigger)) {
            problem("action.trigger.name", "expected one hook, the same for every card");
        }
        return first.flatMap(Hook::of);
    }

    /** What the triggers want of orders. */
    private List<DataRequirement> data() {
        List<DataRequirement> all = new ArrayList<>();
        for (int i = 0; i < plan.getAction().size(); i++) {
            List<TriggerDefinition> triggers = plan.getAction().get(i).getTrigger();
            for (int j = 0; j < triggers.size(); j++) {
                for (int k = 0; k < triggers.get(j).getData().size(); k++) {
                    DataRequirement data = triggers.get(j).getData().get(k);
                    requireOrder(data, "action[" + i + "].trigger[" + j + "].data[" + k + "]");
                    all.add(data);
                }
            }
        }
        return all;
    }

    private void requireOrder(DataRequirement data, String path) {
        var filter = data.getCodeFilterFirstRep();
        boolean isKnown = filter.hasPath()
                && filter.hasValueSet()
                && (valueSet(filter.getValueSet()).isPresent() || content.mayDefine(filter.getValueSet()));
        if (!isKnown || !hasElement(data.getType(), filter.getPath())) {
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

    private static boolean hasElement(@Nullable String type, String path) {
        return type != null
                && ResourceReader.isResource(type)
                && FhirType.of(type).child(path) != null;
    }

    private CardTemplate card(PlanDefinitionActionComponent action, String path) {
        List<RelatedArtifact> documents = action.getDocumentation();
        Optional<Source> source = Optional.empty();
        List<LinkTemplate> links = new ArrayList<>();
        for (int i = 0; i < documents.size(); i++) {
            RelatedArtifact document = documents.get(i);
            String place = path + ".documentation[" + i + "]";
            boolean isSource = document.getType() == RelatedArtifactType.DOCUMENTATION
                    || document.getType() == RelatedArtifactType.CITATION;
            if (isSource && source.isEmpty()) {
                source = Optional.of(new Source(label(document), url(document, place), icon(document, place), topic()));
            } else if (document.hasUrl()) {
                links.add(link(document, place));
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
                documents.stream()
                        .filter(document ->
                                document.getType() == RelatedArtifactType.JUSTIFICATION && !document.hasUrl())
                        .map(PlanDefinitionReader::label)
                        .findFirst(),
                overrideReasons(action, path),
                selectionBehavior(action, path),
                each(action.getAction(), path, this::suggestion));
    }

    /** Reads one action inside another. */
    private interface Reading<T> {
        T read(PlanDefinitionActionComponent action, String path);
    }

    private static <T> List<T> each(List<PlanDefinitionActionComponent> actions, String path, Reading<T> reading) {
        List<T> read = new ArrayList<>();
        for (int i = 0; i < actions.size(); i++) {
            read.add(reading.read(actions.get(i), path + ".action[" + i + "]"));
        }
        return List.copyOf(read);
    }

    private LinkTemplate link(RelatedArtifact document, String path) {
        Extension app = document.getExtensionByUrl(SMART_APP);
        Extension auto = document.getExtensionByUrl(AUTOLAUNCHABLE);
        boolean mayLaunch = auto != null && auto.getValue() instanceof BooleanType flag && flag.booleanValue();
        Optional<String> appContext = Optional.empty();
        if (app != null && app.hasExtension(APP_CONTEXT)) {
            if (app.getExtensionByUrl(APP_CONTEXT).getValue() instanceof Expression told) {
                appContext = Optional.of(identifier(told, path));
            } else {
                problem(path, "expected an Expression as the appContext of a SMART app");
            }
        }
        String url = url(document, path);
        return new LinkTemplate(
                new Link(label(document), url, app == null ? "absolute" : "smart", null, mayLaunch ? true : null),
                appContext);
    }

    /**
     * The URL of a document, which a browser must be able to open by itself. A library of this content is shown by this
     * service: its URL is relative to that of a decision.
     */
    private String url(RelatedArtifact document, String path) {
        return content.libraryResource(String.valueOf(document.getUrl()))
                .map(library -> "../content/Library/" + library.getName())
                .orElseGet(() -> absolute(document.getUrl(), path + ".url"));
    }

    /** An image of the source: {@code RelatedArtifact.document} of an image type, of which CDS Hooks wants PNG. */
    private @Nullable String icon(RelatedArtifact document, String path) {
        Attachment attachment = document.getDocument();
        String type = document.hasDocument() ? String.valueOf(attachment.getContentType()) : "";
        if (!type.startsWith("image/")) {
            return null;
        }
        if (!type.equals("image/png")) {
            problem(path + ".document", "expected image/png as the type of an icon");
        }
        return absolute(attachment.getUrl(), path + ".document.url");
    }

    private String absolute(@Nullable String url, String path) {
        try {
            URI uri = new URI(String.valueOf(url));
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
        if (!plan.hasTopic()) {
            return null;
        }
        Coding coding = plan.getTopicFirstRep().getCodingFirstRep();
        if (!coding.hasSystem() || !coding.hasCode()) {
            problem("topic", "expected a coding with system and code, as source.topic of a card has");
        }
        return new Topic(coding.getSystem(), coding.getCode(), coding.getDisplay());
    }

    private static String label(RelatedArtifact document) {
        return document.hasDisplay() ? document.getDisplay() : String.valueOf(document.getLabel());
    }

    private String selectionBehavior(PlanDefinitionActionComponent action, String path) {
        ActionSelectionBehavior behavior = action.getSelectionBehavior();
        if (behavior == null || behavior == ActionSelectionBehavior.ANY) {
            return "any";
        }
        if (behavior == ActionSelectionBehavior.ATMOSTONE) {
            return "at-most-one";
        }
        problem(path + ".selectionBehavior", "expected any or at-most-one, which CDS Hooks knows");
        return "any";
    }

    private SuggestionTemplate suggestion(PlanDefinitionActionComponent action, String path) {
        return new SuggestionTemplate(
                conditions(action, path),
                required(action, "title", path),
                each(action.getAction(), path, this::action),
                actionSelectionBehavior(action, path));
    }

    /** Absent or {@code all} is what CDS Hooks takes for granted. */
    private Optional<String> actionSelectionBehavior(PlanDefinitionActionComponent action, String path) {
        ActionSelectionBehavior behavior = action.getSelectionBehavior();
        if (behavior == null || behavior == ActionSelectionBehavior.ALL) {
            return Optional.empty();
        }
        return Optional.of(selectionBehavior(action, path));
    }

    private ActionTemplate action(PlanDefinitionActionComponent action, String path) {
        String type = ACTION_TYPES.get(action.getType().getCodingFirstRep().getCode());
        if (type == null) {
            problem(path + ".type", "expected create, update or remove");
            type = "";
        }
        Optional<String> resource = expression(action, "resource", path);
        Optional<String> resourceId = expression(action, "resourceId", path);
        if (type.equals("delete") ? resourceId.isEmpty() : resource.isEmpty()) {
            problem(path + ".dynamicValue", "expected path resource, or resourceId for remove");
        }
        return new ActionTemplate(type, required(action, "description", path), resource, resourceId);
    }

    private List<String> conditions(PlanDefinitionActionComponent action, String path) {
        List<String> conditions = new ArrayList<>();
        for (int i = 0; i < action.getCondition().size(); i++) {
            conditions.add(identifier(
                    action.getCondition().get(i).getExpression(),
                    path + ".condition[" + i + "].expression.expression"));
        }
        return List.copyOf(conditions);
    }

    private String required(PlanDefinitionActionComponent action, String element, String path) {
        Optional<String> name = expression(action, element, path);
        if (name.isEmpty()) {
            problem(path + ".dynamicValue", "expected one with path " + element);
        }
        return name.orElse("");
    }

    private Optional<String> expression(PlanDefinitionActionComponent action, String element, String path) {
        for (int i = 0; i < action.getDynamicValue().size(); i++) {
            var value = action.getDynamicValue().get(i);
            if (element.equals(value.getPath())) {
                return Optional.of(
                        identifier(value.getExpression(), path + ".dynamicValue[" + i + "].expression.expression"));
            }
        }
        return Optional.empty();
    }

    private String identifier(Expression expression, String path) {
        Matcher name = NAME.matcher(String.valueOf(expression.getExpression()));
        if (!CQL.equals(expression.getLanguage())
                || !name.matches()
                || !(expressions.isEmpty() || expressions.contains(name.group(1)))) {
            problem(
                    path,
                    "expected " + CQL + " with the name of an expression of the main library in double quotes, got "
                            + expression.getExpression());
            return "";
        }
        return name.group(1);
    }

    private List<OverrideReason> overrideReasons(PlanDefinitionActionComponent action, String path) {
        Extension extension = action.getExtensionByUrl(OVERRIDE_REASONS);
        if (extension == null) {
            return List.of();
        }
        String url = extension.getValue() instanceof CanonicalType canonical ? canonical.getValue() : "";
        Optional<Resource> valueSet = valueSet(url);
        if (valueSet.isEmpty()) {
            if (!content.mayDefine(url)) {
                problem(
                        path + ".extension[" + action.getExtension().indexOf(extension) + "]",
                        "override-reasons: expected the canonical of a value set of the content");
            }
            return List.of();
        }
        Map<String, String> displays = displays();
        return Terminology.sets(valueSet.get(), "include").stream()
                .flatMap(include -> include.all("concept").stream().map(concept -> reason(include, concept, displays)))
                .toList();
    }

    private static OverrideReason reason(Element include, Element concept, Map<String, String> displays) {
        String system = include.text("system").orElse("");
        String code = concept.text("code").orElse("");
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
                        .ifPresent(display -> displays.putIfAbsent(
                                system.text("url").orElse("") + "|"
                                        + concept.text("code").orElse(""),
                                display));
            }
        }
        return displays;
    }
}
