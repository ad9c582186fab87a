package dev.therapyfit.hooks.catalog;

import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.hooks.card.CardTemplate;
import dev.therapyfit.hooks.chart.PrefetchTemplate;
import dev.therapyfit.hooks.chart.Products;
import dev.therapyfit.hooks.decision.DecisionMaker;
import dev.therapyfit.hooks.request.Hook;
import dev.therapyfit.hooks.request.HookContext;
import dev.therapyfit.hooks.request.HookRequest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One CDS service, as a plan definition of the content declares it.
 *
 * @param id last part of its URL
 * @param hook the hook it answers
 * @param title name for people
 * @param description what it does
 * @param usageRequirements what a client must provide, if anything
 * @param prefetch what it reads of the patient
 * @param referencedTypes types of which it reads what the patient's data refer to
 * @param triggers orders it is about; empty if it needs no order
 * @param cards the cards it may give
 */
public record CdsService(
        String id,
        Hook hook,
        String title,
        String description,
        Optional<String> usageRequirements,
        List<PrefetchTemplate> prefetch,
        Set<String> referencedTypes,
        List<OrderTrigger> triggers,
        List<CardTemplate> cards) {

    /** Keys of its prefetch templates. */
    public Set<String> prefetchKeys() {
        return prefetch.stream().map(PrefetchTemplate::key).collect(Collectors.toUnmodifiableSet());
    }

    /**
     * What is asked of a FHIR server for data, with the names of parameters and without their values.
     *
     * @param what a type, or a field of the request such as {@code prefetch.patient}
     */
    public String asked(String what) {
        String asked = prefetch.stream()
                .filter(template -> template.type().equals(what) || ("prefetch." + template.key()).equals(what))
                .map(PrefetchTemplate::asked)
                .distinct()
                .collect(Collectors.joining(", "));
        return asked.isEmpty() ? "one by its id" : asked;
    }

    /** The CQL expressions that every call needs: the decision, and what decides which cards are shown. */
    public Set<String> expressions() {
        return Stream.concat(Stream.of(DecisionMaker.EXPRESSION), cards.stream().flatMap(CardTemplate::conditions))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** A draft order that it is about; empty if it needs none, or if the codes that count cannot be listed. */
    public Optional<Resource> exampleOrder(String orderId) {
        return triggers.stream()
                .flatMap(trigger -> trigger.example(orderId).stream())
                .findFirst();
    }

    /** True if it may be about that order, of which no more need be known than what is ordered. */
    public boolean mayBeAbout(Resource order) {
        return triggers.stream().anyMatch(trigger -> trigger.matches(order, Products.NONE, true));
    }

    /** False if no selected order can be one that this service is about: then there is nothing to read or evaluate. */
    public boolean mayConcern(HookRequest request) {
        return concerns(request, List.of(), true);
    }

    /**
     * True if a selected order is one that this service is about.
     *
     * @param products what is known besides of what the orders refer to
     */
    public boolean concerns(HookRequest request, List<Resource> products) {
        return concerns(request, products, false);
    }

    private boolean concerns(HookRequest request, List<Resource> besides, boolean unknown) {
        if (triggers.isEmpty()) {
            return true;
        }
        HookContext context = request.context();
        Set<String> selections = Set.copyOf(context.selections());
        Products products = Products.of(request, besides);
        return context.draftOrders().stream()
                .filter(order -> selections.contains(order.reference()))
                .anyMatch(order -> triggers.stream().anyMatch(trigger -> trigger.matches(order, products, unknown)));
    }
}
