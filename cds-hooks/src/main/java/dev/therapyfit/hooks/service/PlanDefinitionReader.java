package dev.therapyfit.hooks.service;

import ca.uhn.fhir.context.FhirContext;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.ContentProblem;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import dev.therapyfit.hooks.card.Card.Link;
import dev.therapyfit.hooks.card.Card.OverrideReason;
import dev.therapyfit.hooks.card.Card.Source;
import dev.therapyfit.hooks.card.Card.Topic;
import dev.therapyfit.hooks.card.CardTemplate;
import dev.therapyfit.hooks.card.CardTemplate.ActionTemplate;
import dev.therapyfit.hooks.card.CardTemplate.LinkTemplate;
import dev.therapyfit.hooks.card.CardTemplate.SuggestionTemplate;
import dev.therapyfit.hooks.hook.Hook;
import dev.therapyfit.hooks.prefetch.PrefetchTemplate;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.exceptions.FHIRException;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CanonicalType;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.CodeSystem.ConceptDefinitionComponent;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DataRequirement;
import org.hl7.fhir.r4.model.Expression;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.PlanDefinition;
import org.hl7.fhir.r4.model.PlanDefinition.ActionSelectionBehavior;
import org.hl7.fhir.r4.model.PlanDefinition.PlanDefinitionActionComponent;
import org.hl7.fhir.r4.model.RelatedArtifact;
import org.hl7.fhir.r4.model.RelatedArtifact.RelatedArtifactType;
import org.hl7.fhir.r4.model.ResourceFactory;
import org.hl7.fhir.r4.model.TriggerDefinition;
import org.hl7.fhir.r4.model.ValueSet;
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
    private final CqlEvaluator evaluator;
    private final List<PrefetchTemplate> prefetch;
    private final FhirContext fhir;
    private final List<ContentProblem> problems = new ArrayList<>();

    PlanDefinitionReader(
            PlanDefinition plan,
            Content content,
            CqlEvaluator evaluator,
            List<PrefetchTemplate> prefetch,
            FhirContext fhir) {
        this.plan = plan;
        this.content = content;
        this.evaluator = evaluator;
        this.prefetch = prefetch;
        this.fhir = fhir;
    }

    List<ContentProblem> problems() {
        return problems;
    }

    Optional<CdsService> read() {
        List<TriggerDefinition> triggers = plan.getAction().stream()
                .flatMap(action -> action.getTrigger().stream())
                .toList();
        List<String> hooks =
                triggers.stream().map(TriggerDefinition::getName).distinct().toList();
        Optional<Hook> hook = hooks.size() == 1 ? Hook.of(String.valueOf(hooks.get(0))) : Optional.empty();
        if (hook.isEmpty()) {
            problem("action.trigger.name", "expected one hook, the same for every card");
        }
        if (!plan.hasName() || !plan.hasTitle() || !plan.hasDescription()) {
            problem("", "expected name, title and description, which discovery shows");
        }
        List<OrderTrigger> orders = triggers.stream()
                .flatMap(trigger -> trigger.getData().stream())
                .flatMap(data -> orderTrigger(data).stream())
                .toList();
        List<CardTemplate> cards = plan.getAction().stream().map(this::card).toList();
        if (!problems.isEmpty()) {
            return Optional.empty();
        }
        return hook.map(found -> new CdsService(
                plan.getName(),
                found,
                plan.getTitle(),
                plan.getDescription(),
                Optional.ofNullable(plan.getUsage()),
                prefetchFor(orders),
                PrefetchTemplate.referencedTypes(evaluator.dataRequirements(), fhir),
                orders,
                cards));
    }

    /** What is read of the patient, and what the orders refer to. */
    private List<PrefetchTemplate> prefetchFor(List<OrderTrigger> orders) {
        Stream<PrefetchTemplate> behind = orders.stream()
                .flatMap(order ->
                        PrefetchTemplate.behind(order.type(), order.path(), evaluator.dataRequirements(), fhir)
                                .stream())
                .distinct();
        return Stream.concat(prefetch.stream(), behind).toList();
    }

    private void problem(String element, String message) {
        problems.add(content.problem(plan, element, element.isEmpty() ? message : element + ": " + message));
    }

    private Optional<OrderTrigger> orderTrigger(DataRequirement data) {
        var filter = data.getCodeFilterFirstRep();
        boolean known = filter.hasPath()
                && filter.hasValueSet()
                && evaluator.terminology().defines(filter.getValueSet());
        if (!known || !hasElement(data.getType(), filter.getPath())) {
            problem(
                    "action.trigger.data",
                    "expected a type and a codeFilter with an element of it as path and a value set of the content");
            return Optional.empty();
        }
        return Optional.of(new OrderTrigger(
                data.getType(),
                filter.getPath(),
                filter.getValueSet(),
                evaluator.terminology(),
                evaluator.conceptMaps()));
    }

    private static boolean hasElement(@Nullable String type, String path) {
        try {
            return ResourceFactory.createResource(String.valueOf(type)).getNamedProperty(path) != null;
        } catch (FHIRException e) {
            return false;
        }
    }

    private CardTemplate card(PlanDefinitionActionComponent action) {
        List<RelatedArtifact> documents = action.getDocumentation();
        Optional<RelatedArtifact> source = documents.stream()
                .filter(document -> document.getType() == RelatedArtifactType.DOCUMENTATION
                        || document.getType() == RelatedArtifactType.CITATION)
                .findFirst();
        if (source.isEmpty()) {
            problem("action.documentation", "expected one of type documentation: the card's source");
        }
        List<LinkTemplate> links = documents.stream()
                .filter(document -> document.hasUrl() && !source.equals(Optional.of(document)))
                .map(this::link)
                .toList();
        return new CardTemplate(
                conditions(action),
                required(action, "title"),
                required(action, "priority"),
                expression(action, "description"),
                source.map(document -> new Source(label(document), url(document), icon(document), topic()))
                        .orElse(new Source("", null)),
                links,
                documents.stream()
                        .filter(document ->
                                document.getType() == RelatedArtifactType.JUSTIFICATION && !document.hasUrl())
                        .map(PlanDefinitionReader::label)
                        .findFirst(),
                overrideReasons(action),
                selectionBehavior(action),
                action.getAction().stream().map(this::suggestion).toList());
    }

    private LinkTemplate link(RelatedArtifact document) {
        Extension app = document.getExtensionByUrl(SMART_APP);
        Extension auto = document.getExtensionByUrl(AUTOLAUNCHABLE);
        boolean mayLaunch = auto != null && auto.getValue() instanceof BooleanType flag && flag.booleanValue();
        Optional<String> appContext = Optional.empty();
        if (app != null && app.hasExtension(APP_CONTEXT)) {
            if (app.getExtensionByUrl(APP_CONTEXT).getValue() instanceof Expression told) {
                appContext = Optional.of(identifier(told));
            } else {
                problem("action.documentation", "expected an Expression as the appContext of a SMART app");
            }
        }
        String url = url(document);
        return new LinkTemplate(
                new Link(label(document), url, app == null ? "absolute" : "smart", null, mayLaunch ? true : null),
                appContext);
    }

    /**
     * The URL of a document, which a browser must be able to open by itself. A library of this content is shown by this
     * service: its URL is relative to that of a decision.
     */
    private String url(RelatedArtifact document) {
        return content.libraryResource(String.valueOf(document.getUrl()))
                .map(library -> "../content/Library/" + library.getName())
                .orElseGet(() -> absolute(document.getUrl()));
    }

    /** An image of the source: {@code RelatedArtifact.document} of an image type, of which CDS Hooks wants PNG. */
    private @Nullable String icon(RelatedArtifact document) {
        Attachment attachment = document.getDocument();
        String type = document.hasDocument() ? String.valueOf(attachment.getContentType()) : "";
        if (!type.startsWith("image/")) {
            return null;
        }
        if (!type.equals("image/png")) {
            problem("action.documentation.document", "expected image/png as the type of an icon");
        }
        return absolute(attachment.getUrl());
    }

    private String absolute(@Nullable String url) {
        try {
            URI uri = new URI(String.valueOf(url));
            if (uri.isAbsolute() && uri.getHost() != null) {
                return uri.toString();
            }
        } catch (URISyntaxException e) {
            // told below, as every other text that is no absolute URL
        }
        problem("action.documentation", "expected an absolute URL");
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

    private String selectionBehavior(PlanDefinitionActionComponent action) {
        ActionSelectionBehavior behavior = action.getSelectionBehavior();
        if (behavior == null || behavior == ActionSelectionBehavior.ANY) {
            return "any";
        }
        if (behavior == ActionSelectionBehavior.ATMOSTONE) {
            return "at-most-one";
        }
        problem("action.selectionBehavior", "expected any or at-most-one, which CDS Hooks knows");
        return "any";
    }

    private SuggestionTemplate suggestion(PlanDefinitionActionComponent action) {
        return new SuggestionTemplate(
                conditions(action),
                required(action, "title"),
                action.getAction().stream().map(this::action).toList(),
                actionSelectionBehavior(action));
    }

    /** Absent or {@code all} is what CDS Hooks takes for granted. */
    private Optional<String> actionSelectionBehavior(PlanDefinitionActionComponent action) {
        ActionSelectionBehavior behavior = action.getSelectionBehavior();
        if (behavior == null || behavior == ActionSelectionBehavior.ALL) {
            return Optional.empty();
        }
        return Optional.of(selectionBehavior(action));
    }

    private ActionTemplate action(PlanDefinitionActionComponent action) {
        String type = ACTION_TYPES.get(action.getType().getCodingFirstRep().getCode());
        if (type == null) {
            problem("action.type", "expected create, update or remove");
            type = "";
        }
        Optional<String> resource = expression(action, "resource");
        Optional<String> resourceId = expression(action, "resourceId");
        if (type.equals("delete") ? resourceId.isEmpty() : resource.isEmpty()) {
            problem("action.dynamicValue", "expected path resource, or resourceId for remove");
        }
        return new ActionTemplate(type, required(action, "description"), resource, resourceId);
    }

    private List<String> conditions(PlanDefinitionActionComponent action) {
        return action.getCondition().stream()
                .map(condition -> identifier(condition.getExpression()))
                .toList();
    }

    private String required(PlanDefinitionActionComponent action, String path) {
        Optional<String> name = expression(action, path);
        if (name.isEmpty()) {
            problem("action.dynamicValue", "expected one with path " + path);
        }
        return name.orElse("");
    }

    private Optional<String> expression(PlanDefinitionActionComponent action, String path) {
        return action.getDynamicValue().stream()
                .filter(value -> path.equals(value.getPath()))
                .map(value -> identifier(value.getExpression()))
                .findFirst();
    }

    private String identifier(Expression expression) {
        Matcher name = NAME.matcher(String.valueOf(expression.getExpression()));
        if (!CQL.equals(expression.getLanguage())
                || !name.matches()
                || !evaluator.expressions().contains(name.group(1))) {
            problem(
                    "action",
                    "expected " + CQL + " with the name of an expression of the main library in double quotes, got "
                            + expression.getExpression());
            return "";
        }
        return name.group(1);
    }

    private List<OverrideReason> overrideReasons(PlanDefinitionActionComponent action) {
        Extension extension = action.getExtensionByUrl(OVERRIDE_REASONS);
        if (extension == null) {
            return List.of();
        }
        String url = extension.getValue() instanceof CanonicalType canonical ? canonical.getValue() : "";
        Optional<ValueSet> valueSet = content.valueSets().stream()
                .filter(candidate -> candidate.hasUrl() && candidate.getUrl().equals(url))
                .findFirst();
        if (valueSet.isEmpty()) {
            problem("action.extension override-reasons", "expected the canonical of a value set of the content");
            return List.of();
        }
        Map<String, String> displays = displays();
        return valueSet.get().getCompose().getInclude().stream()
                .flatMap(include -> include.getConcept().stream()
                        .map(concept -> new OverrideReason(
                                concept.getCode(),
                                include.getSystem(),
                                concept.hasDisplay()
                                        ? concept.getDisplay()
                                        : displays.getOrDefault(
                                                include.getSystem() + "|" + concept.getCode(), concept.getCode()))))
                .toList();
    }

    private Map<String, String> displays() {
        return content.codeSystems().stream()
                .flatMap(system -> system.getConcept().stream()
                        .filter(ConceptDefinitionComponent::hasDisplay)
                        .map(concept -> Map.entry(key(system, concept), concept.getDisplay())))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (first, second) -> first));
    }

    private static String key(CodeSystem system, ConceptDefinitionComponent concept) {
        return system.getUrl() + "|" + concept.getCode();
    }
}
