package dev.therapyfit.app.warmup;

import dev.therapyfit.authoring.cases.Case;
import dev.therapyfit.cql.fhir.Json;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.record.Fact;
import dev.therapyfit.cql.record.Origin;
import dev.therapyfit.hooks.catalog.CdsService;
import dev.therapyfit.hooks.chart.PrefetchTemplate;
import dev.therapyfit.hooks.request.Hook;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Makes a hook call of a case, as an EHR would that knows the case's patient. */
public final class HookBodies {
    private static final JsonMapper JSON = new JsonMapper();

    private HookBodies() {}

    /** A call without data but the context: what is missing must be read. */
    public static ObjectNode bare(Hook hook, Case example) {
        ObjectNode body = JSON.createObjectNode();
        body.put("hook", hook.code());
        body.put("hookInstance", UUID.randomUUID().toString());
        ObjectNode context = body.putObject("context");
        context.put("userId", "Practitioner/example");
        context.put("patientId", example.record().patient().id().orElse(""));
        if (hook == Hook.PATIENT_VIEW) {
            return body;
        }
        ArrayNode entries = context.putObject("draftOrders")
                .put("resourceType", "Bundle")
                .put("type", "collection")
                .putArray("entry");
        ArrayNode selections = JSON.createArrayNode();
        for (Resource order : orders(example)) {
            String reference = order.reference();
            boolean isSelected =
                    example.selections().isEmpty() || example.selections().contains(reference);
            if (isSelected) {
                selections.add(reference);
            }
            if (isSelected || hook == Hook.ORDER_SELECT) {
                entries.addObject().set("resource", json(order));
            }
        }
        chart(example).stream().filter(one -> one.isOf("Medication")).forEach(medication -> entries.addObject()
                .set("resource", json(medication)));
        if (hook == Hook.ORDER_SELECT) {
            context.set("selections", selections);
        }
        return body;
    }

    /**
     * A call with what the service asks to be prefetched.
     *
     * @param missing keys of prefetch that are not sent
     */
    public static ObjectNode prefetched(CdsService service, Case example, Set<String> missing) {
        ObjectNode body = bare(service.hook(), example);
        ObjectNode prefetch = body.putObject("prefetch");
        List<Resource> chart = chart(example);
        for (PrefetchTemplate template : service.prefetch()) {
            if (missing.contains(template.key())) {
                continue;
            }
            if (template.isPatient()) {
                prefetch.set(template.key(), json(example.record().patient()));
                continue;
            }
            ArrayNode entries = prefetch.putObject(template.key())
                    .put("resourceType", "Bundle")
                    .put("type", "searchset")
                    .putArray("entry");
            chart.stream().filter(template::finds).forEach(resource -> entries.addObject()
                    .set("resource", json(resource)));
        }
        return body;
    }

    /** True if the hook can be called about the case: all but {@code patient-view} are about an order. */
    public static boolean fits(Hook hook, Case example) {
        return hook == Hook.PATIENT_VIEW || !orders(example).isEmpty();
    }

    /** Everything of the case but its orders. */
    public static List<Resource> chart(Case example) {
        return example.record().facts().stream()
                .filter(fact -> fact.origin() != Origin.CONTEXT)
                .map(Fact::resource)
                .toList();
    }

    private static List<Resource> orders(Case example) {
        return example.record().facts().stream()
                .filter(fact -> fact.origin() == Origin.CONTEXT)
                .map(Fact::resource)
                .toList();
    }

    private static JsonNode json(Resource resource) {
        return JSON.readTree(Json.of(resource));
    }
}
