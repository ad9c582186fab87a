package dev.therapyfit.app.sandbox.client;

import dev.therapyfit.app.sandbox.SandboxFile;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The orders that the client offers, from {@code sandbox/catalogue.json}: labels, codes and numbers of doses. */
final class OrderCatalogue {
    private static final JsonMapper JSON = new JsonMapper();

    private final List<Group> groups;

    OrderCatalogue() {
        this.groups = List.of(JSON.treeToValue(SandboxFile.read("catalogue.json"), Group[].class));
    }

    /** Orders of a kind, with the kind's name. */
    record Group(String group, List<Order> orders) {}

    /**
     * An order.
     *
     * @param label its words, and its name in the catalogue
     * @param code {@code system|code}; null: words only
     * @param type its resource type; null: MedicationRequest
     * @param doses how often it is given; null: not said
     */
    record Order(
            String label,
            @Nullable String code,
            @Nullable String type,
            @Nullable Integer doses) {

        /** A draft of it for a patient. */
        ObjectNode draft(String id, String patient) {
            ObjectNode draft = JSON.createObjectNode();
            draft.put("resourceType", type == null ? "MedicationRequest" : type);
            draft.put("id", id);
            draft.put("status", "draft");
            draft.put("intent", "order");
            ObjectNode what = draft.putObject("ServiceRequest".equals(type) ? "code" : "medicationCodeableConcept");
            if (code != null) {
                int bar = code.lastIndexOf('|');
                what.putArray("coding")
                        .addObject()
                        .put("system", code.substring(0, bar))
                        .put("code", code.substring(bar + 1));
            }
            what.put("text", label);
            draft.putObject("subject").put("reference", "Patient/" + patient);
            if (doses != null) {
                draft.putArray("dosageInstruction")
                        .addObject()
                        .putObject("timing")
                        .putObject("repeat")
                        .put("count", doses);
            }
            return draft;
        }
    }

    List<Group> groups() {
        return groups;
    }

    /** The order of a label. */
    Optional<Order> find(String label) {
        return groups.stream()
                .flatMap(group -> group.orders().stream())
                .filter(order -> order.label().equals(label))
                .findFirst();
    }
}
