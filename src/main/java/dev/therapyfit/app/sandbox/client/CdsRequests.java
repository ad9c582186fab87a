package dev.therapyfit.app.sandbox.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Requests of CDS Hooks as an EHR makes them: of a hook, after a suggestion was taken, and feedback. */
final class CdsRequests {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String CONTEXT = "context";
    private static final String DRAFT_ORDERS = "draftOrders";
    private static final String SELECTIONS = "selections";
    private static final String ENTRY = "entry";
    private static final String RESOURCE = "resource";

    private CdsRequests() {}

    /**
     * The request of a hook.
     *
     * @param order the draft; empty: none is drafted
     * @param prefetch the data that are sent along; empty: the service reads the FHIR server
     */
    static ObjectNode hook(ClientForm form, Optional<ObjectNode> order, Optional<ObjectNode> prefetch) {
        ObjectNode request = JSON.createObjectNode();
        request.put("hook", form.hook());
        request.put("hookInstance", UUID.randomUUID().toString());
        if (prefetch.isEmpty()) {
            request.put("fhirServer", form.fhirServer());
        }
        ObjectNode context = request.putObject(CONTEXT);
        context.put("userId", "Practitioner/example");
        context.put("patientId", form.patient());
        if (form.isAboutOrders()) {
            if (form.hook().equals("order-select")) {
                order.ifPresent(draft -> context.putArray(SELECTIONS).add(reference(draft)));
            }
            ArrayNode entries = context.putObject(DRAFT_ORDERS)
                    .put("resourceType", "Bundle")
                    .put("type", "collection")
                    .putArray(ENTRY);
            order.ifPresent(draft -> entries.addObject().set(RESOURCE, draft));
        }
        prefetch.ifPresent(data -> request.set("prefetch", data));
        return request;
    }

    /** True for an action that is about an order; every other is about the record. */
    static boolean isAboutOrders(JsonNode action) {
        return action.path("type").asString("").equals("delete")
                || action.path(RESOURCE).path("resourceType").asString("").endsWith("Request");
    }

    /** The same request, of the same moment again, after actions on its orders were done. */
    static ObjectNode after(ObjectNode request, List<JsonNode> actions) {
        ObjectNode changed = request.deepCopy();
        changed.put("hookInstance", UUID.randomUUID().toString());
        if (!(changed.path(CONTEXT).path(DRAFT_ORDERS) instanceof ObjectNode bundle)) {
            return changed;
        }
        List<JsonNode> orders = new ArrayList<>(orders(changed));
        List<String> touched = new ArrayList<>();
        for (JsonNode action : actions) {
            switch (action.path("type").asString("")) {
                case "delete" -> {
                    Set<String> references = deleted(action);
                    orders.removeIf(order -> references.contains(reference(order)));
                }
                case "create", "update" -> {
                    ObjectNode order = action.path(RESOURCE).deepCopy().asObject();
                    if (!order.has("id")) {
                        order.put("id", "draft-" + UUID.randomUUID());
                    }
                    touched.add(reference(order));
                    orders.removeIf(one -> reference(one).equals(reference(order)));
                    orders.add(order);
                }
                default -> {
                    // of no type that there is: nothing is done
                }
            }
        }
        ArrayNode entries = bundle.putArray(ENTRY);
        orders.forEach(order -> entries.addObject().set(RESOURCE, order));
        select(changed, orders, touched);
        return changed;
    }

    /** What is selected and still there stays so; what was touched is. */
    private static void select(ObjectNode request, List<JsonNode> orders, List<String> touched) {
        if (!(request.path(CONTEXT) instanceof ObjectNode context) || !context.has(SELECTIONS)) {
            return;
        }
        Set<String> there = orders.stream().map(CdsRequests::reference).collect(Collectors.toSet());
        List<String> selections = new ArrayList<>(touched);
        for (JsonNode selection : context.path(SELECTIONS)) {
            String text = selection.asString("");
            if (there.contains(text) && !selections.contains(text)) {
                selections.add(text);
            }
        }
        ArrayNode array = context.putArray(SELECTIONS);
        selections.forEach(array::add);
    }

    /** CDS Hooks 2.0 names one, 3.0 an array of them. */
    private static Set<String> deleted(JsonNode action) {
        JsonNode ids = action.path("resourceId");
        return ids.isArray()
                ? ids.valueStream().map(id -> id.asString("")).collect(Collectors.toSet())
                : Set.of(ids.asString(""));
    }

    /** The draft orders of a request. */
    static List<JsonNode> orders(JsonNode request) {
        return request.path(CONTEXT)
                .path(DRAFT_ORDERS)
                .path(ENTRY)
                .valueStream()
                .map(entry -> entry.path(RESOURCE))
                .toList();
    }

    static String reference(JsonNode resource) {
        return resource.path("resourceType").asString("") + "/"
                + resource.path("id").asString("");
    }

    /** Feedback that a suggestion was taken. */
    static ObjectNode accepted(JsonNode card, JsonNode suggestion, String time) {
        ObjectNode feedback = JSON.createObjectNode();
        ObjectNode one = feedback.putArray("feedback").addObject();
        one.put("card", card.path("uuid").asString(""));
        one.put("outcome", "accepted");
        one.putArray("acceptedSuggestions")
                .addObject()
                .put("id", suggestion.path("uuid").asString(""));
        one.put("outcomeTimestamp", time);
        return feedback;
    }

    /**
     * Feedback that a card was overridden.
     *
     * @param reason code of one of the card's reasons; empty: none
     */
    static ObjectNode overridden(JsonNode card, String reason, String comment, String time) {
        ObjectNode feedback = JSON.createObjectNode();
        ObjectNode one = feedback.putArray("feedback").addObject();
        one.put("card", card.path("uuid").asString(""));
        one.put("outcome", "overridden");
        if (!reason.isEmpty() || !comment.isEmpty()) {
            ObjectNode why = one.putObject("overrideReason");
            card.path("overrideReasons").forEach(known -> {
                if (known.path("code").asString("").equals(reason)) {
                    why.set("reason", known.deepCopy());
                }
            });
            if (!comment.isEmpty()) {
                why.put("userComment", comment);
            }
        }
        one.put("outcomeTimestamp", time);
        return feedback;
    }
}
