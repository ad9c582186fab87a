package dev.therapyfit.hooks;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.hl7.fhir.r4.model.Resource;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Builds the body of a hook call: a good one to begin with, of which a test changes what it is about. */
public final class HookRequests {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    /** Words of FHIR and CDS Hooks, which a text may hold without telling anything of the request. */
    private static final Set<String> WORDS = Set.of(
            "order-select",
            "order-sign",
            "patient-view",
            "collection",
            "searchset",
            "Bundle",
            "MedicationRequest",
            "Observation",
            "Patient",
            "Bearer",
            "draft",
            "order");

    private final ObjectNode root;

    private HookRequests(String json) {
        this.root = (ObjectNode) JSON.readTree(json);
    }

    /** One selected draft order of tea, with nothing prefetched. */
    public static HookRequests orderSelect() {
        return orders("order-select").withJson("context.selections", "[\"MedicationRequest/tea-1\"]");
    }

    /** One draft order of tea, with nothing prefetched. */
    public static HookRequests orderSign() {
        return orders("order-sign");
    }

    /** An opened chart, with nothing prefetched. */
    public static HookRequests patientView() {
        return new HookRequests("""
                {
                  "hook": "patient-view",
                  "hookInstance": "8b1b3a5e-2b52-4f0c-9c55-1f8b4a1f0e57",
                  "context": {"userId": "Practitioner/zz-user", "patientId": "zz-patient", "encounterId": "zz-visit"}
                }
                """);
    }

    private static HookRequests orders(String hook) {
        return patientView().with("hook", hook).withJson("context.draftOrders", """
                        {
                          "resourceType": "Bundle",
                          "type": "collection",
                          "entry": [
                            {
                              "resource": {
                                "resourceType": "MedicationRequest",
                                "id": "tea-1",
                                "status": "draft",
                                "intent": "order",
                                "subject": {"reference": "Patient/zz-patient"},
                                "medicationCodeableConcept": {
                                  "coding": [{"system": "https://toy.example/CodeSystem/thing", "code": "tea"}]
                                }
                              }
                            }
                          ]
                        }
                        """);
    }

    /** Puts a text at a path such as {@code context.selections.0}. */
    public HookRequests with(String path, String value) {
        return withJson(path, JSON.writeValueAsString(value));
    }

    /** Puts any JSON at a path; {@code null} is JSON's null. */
    public HookRequests withJson(String path, String json) {
        JsonNode value = JSON.readTree(json);
        int dot = path.lastIndexOf('.');
        JsonNode parent = dot < 0 ? root : at(path.substring(0, dot));
        String name = path.substring(dot + 1);
        if (parent instanceof ArrayNode array) {
            int index = Integer.parseInt(name);
            if (index == array.size()) {
                array.add(value);
            } else {
                array.set(index, value);
            }
        } else {
            ((ObjectNode) parent).set(name, value);
        }
        return this;
    }

    /** Puts a FHIR resource at a path. */
    public HookRequests with(String path, Resource resource) {
        return withJson(path, ToyContent.FHIR.newJsonParser().encodeResourceToString(resource));
    }

    /** Sends a search set under a key. */
    public HookRequests prefetchingFound(String key, Resource... resources) {
        return prefetching(key, Records.searchSet(resources));
    }

    /** Sends one resource under a key. */
    public HookRequests prefetching(String key, Resource resource) {
        if (!root.has("prefetch")) {
            withJson("prefetch", "{}");
        }
        return with("prefetch." + key, resource);
    }

    /** Takes away what is at a path. */
    public HookRequests without(String path) {
        int dot = path.lastIndexOf('.');
        ObjectNode parent = (ObjectNode) (dot < 0 ? root : at(path.substring(0, dot)));
        parent.remove(path.substring(dot + 1));
        return this;
    }

    private JsonNode at(String path) {
        JsonNode node = root;
        for (String name : path.split("[.]", -1)) {
            node = node instanceof ArrayNode array ? array.get(Integer.parseInt(name)) : node.get(name);
            if (node == null) {
                throw new IllegalArgumentException("nothing at " + path);
            }
        }
        return node;
    }

    public byte[] bytes() {
        return toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Texts and numbers in the body, but for words of FHIR and CDS Hooks themselves. */
    public List<String> values() {
        List<String> values = new ArrayList<>();
        collect(root, values);
        values.removeIf(value -> value.length() < 4 || WORDS.contains(value));
        return values;
    }

    private static void collect(JsonNode node, List<String> into) {
        if (node.isString() || node.isNumber()) {
            into.add(node.asString());
        }
        node.forEach(child -> collect(child, into));
    }

    @Override
    public String toString() {
        return JSON.writeValueAsString(root);
    }
}
