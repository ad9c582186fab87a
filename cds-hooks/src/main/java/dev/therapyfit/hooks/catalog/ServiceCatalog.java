package dev.therapyfit.hooks.catalog;

import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.ContentException;
import dev.therapyfit.cql.content.ContentProblem;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import dev.therapyfit.cql.evaluation.DataRequirement;
import dev.therapyfit.cql.evaluation.Inputs;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.hooks.chart.PrefetchTemplate;
import dev.therapyfit.hooks.decision.DecisionMaker;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The services that the content declares. */
public final class ServiceCatalog {
    private final Map<String, CdsService> byId;
    private final List<CdsService> services;

    private ServiceCatalog(List<CdsService> services) {
        this.services = services;
        this.byId = services.stream().collect(Collectors.toUnmodifiableMap(CdsService::id, Function.identity()));
    }

    /**
     * Reads every plan definition of the content.
     *
     * @throws ContentException if one declares no service, or names an expression or value set that is not there, or if
     *     the main library lacks an expression or parameter that every call needs
     */
    public static ServiceCatalog of(Content content, CqlEvaluator evaluator) {
        List<ContentProblem> problems = new ArrayList<>();
        LookBackReader lookBacks = new LookBackReader(content, evaluator);
        Set<String> onlyIfSent = lookBacks.onlyIfSent();
        List<DataRequirement> asked = evaluator.dataRequirements().stream()
                .map(requirement -> onlyIfSent.contains(requirement.type()) ? requirement.byCode() : requirement)
                .toList();
        List<PrefetchTemplate> prefetch = PrefetchTemplate.of(asked, lookBacks.read()).stream()
                .map(template ->
                        onlyIfSent.contains(template.type()) && template.codes().isEmpty()
                                ? template.takenOnlyIfSent()
                                : template)
                .toList();
        problems.addAll(lookBacks.problems());
        List<CdsService> services = new ArrayList<>();
        for (Resource plan : content.planDefinitions()) {
            PlanDefinitionReader reader = new PlanDefinitionReader(plan, content, evaluator.expressions());
            reader.read(evaluator, prefetch).ifPresent(services::add);
            problems.addAll(reader.problems());
        }
        problems.addAll(declaredTwice(content));
        if (!evaluator.expressions().contains(DecisionMaker.EXPRESSION)) {
            problems.add(mainLibrary(content, "expression \"" + DecisionMaker.EXPRESSION + "\""));
        }
        for (String parameter : Inputs.PARAMETERS) {
            if (!evaluator.parameters().contains(parameter)) {
                problems.add(mainLibrary(content, "parameter \"" + parameter + "\""));
            }
        }
        if (services.isEmpty() && problems.isEmpty() && content.problems().isEmpty()) {
            problems.add(new ContentProblem("input/resources/plandefinition", 0, 0, "no service is declared"));
        }
        if (!problems.isEmpty()) {
            throw new ContentException(problems);
        }
        services.sort(Comparator.comparing(CdsService::id));
        return new ServiceCatalog(List.copyOf(services));
    }

    /**
     * What is wrong with the plan definitions of a content that does not compile.
     *
     * @param expressions those of the main library; none if it cannot be read
     */
    public static List<ContentProblem> problems(Content content, Set<String> expressions) {
        List<ContentProblem> problems = new ArrayList<>(declaredTwice(content));
        for (Resource plan : content.planDefinitions()) {
            PlanDefinitionReader reader = new PlanDefinitionReader(plan, content, expressions);
            reader.check();
            problems.addAll(reader.problems());
        }
        return problems;
    }

    private static List<ContentProblem> declaredTwice(Content content) {
        List<ContentProblem> problems = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Resource plan : content.planDefinitions()) {
            plan.text("name")
                    .filter(name -> !names.add(name))
                    .ifPresent(name ->
                            problems.add(content.problem(plan, "name", "name: " + name + " is declared twice")));
        }
        return problems;
    }

    private static ContentProblem mainLibrary(Content content, String missing) {
        return new ContentProblem(content.mainLibrary().file(), 1, 1, "expected the " + missing);
    }

    /** Every service, sorted by id. */
    public List<CdsService> services() {
        return services;
    }

    public Optional<CdsService> find(String id) {
        return Optional.ofNullable(byId.get(id));
    }
}
