package dev.therapyfit.app.sandbox.client;

import dev.therapyfit.app.sandbox.client.ClientView.Exchange;
import dev.therapyfit.app.sandbox.client.ClientView.Patient;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The patients of a FHIR server: who they are, new ones, and what a service wants to be sent of them. */
final class FhirPatients {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int MOST = 200;
    private static final int LONGEST_STORY = 160;

    private final HttpCalls http;

    FhirPatients(HttpCalls http) {
        this.http = http;
    }

    /** All that the server has, up to a bound. */
    List<Patient> all(String server) {
        Exchange found = http.get(server + "/Patient?_count=" + MOST);
        if (!found.isOk()) {
            return List.of();
        }
        return ClientSession.json(found.answer())
                .path("entry")
                .valueStream()
                .map(entry -> entry.path("resource"))
                .filter(resource -> resource.path("resourceType").asString("").equals("Patient"))
                .map(FhirPatients::patient)
                .toList();
    }

    private static Patient patient(JsonNode resource) {
        JsonNode name = resource.path("name").path(0);
        String given = name.path("given").path(0).asString("");
        String whole = (given + " " + name.path("family").asString("")).strip();
        String id = resource.path("id").asString("");
        String story = resource.path("text")
                .path("div")
                .asString("")
                .replaceAll("<[^>]*>", " ")
                .replaceAll("\\s+", " ")
                .strip();
        return new Patient(
                id,
                whole.isEmpty() ? id : whole,
                story.length() > LONGEST_STORY ? story.substring(0, LONGEST_STORY) + "…" : story);
    }

    /** Writes a Bundle, whatever its type: a transaction as it is, of every other the resources under their ids. */
    Exchange add(String server, String bundle) {
        return http.postFhir(server, transaction(ClientSession.json(bundle)).toString());
    }

    /** Writes one resource. */
    Exchange write(String server, JsonNode resource) {
        return http.postFhir(server + "/" + resource.path("resourceType").asString(""), resource.toString());
    }

    /** The id of a Patient in a Bundle or in the answer to a transaction. */
    static Optional<String> patientIn(String bundle) {
        return ClientSession.json(bundle)
                .path("entry")
                .valueStream()
                .map(entry -> {
                    String[] location =
                            entry.path("response").path("location").asString("").split("/");
                    int type = List.of(location).lastIndexOf("Patient");
                    return type >= 0 && type + 1 < location.length ? location[type + 1] : "";
                })
                .filter(id -> !id.isEmpty())
                .findFirst();
    }

    private static JsonNode transaction(JsonNode bundle) {
        if (List.of("transaction", "batch").contains(bundle.path("type").asString(""))) {
            return bundle;
        }
        ObjectNode transaction = JSON.createObjectNode();
        transaction.put("resourceType", "Bundle").put("type", "transaction");
        ArrayNode entries = transaction.putArray("entry");
        for (JsonNode entry : bundle.path("entry")) {
            JsonNode resource = entry.path("resource");
            String type = resource.path("resourceType").asString("");
            ObjectNode one = entries.addObject();
            if (entry.has("fullUrl")) {
                one.set("fullUrl", entry.path("fullUrl"));
            }
            one.set("resource", resource);
            one.putObject("request")
                    .put("method", resource.has("id") ? "PUT" : "POST")
                    .put(
                            "url",
                            resource.has("id")
                                    ? type + "/" + resource.path("id").asString("")
                                    : type);
        }
        return transaction;
    }

    /** What a service wants to be sent, as far as its templates name nothing but patient and user. */
    ObjectNode prefetch(ClientForm form, JsonNode templates) {
        ObjectNode prefetch = JSON.createObjectNode();
        templates.properties().forEach(template -> {
            String query = template.getValue()
                    .asString("")
                    .replace("{{context.patientId}}", form.patient())
                    .replace("{{context.userId}}", "Practitioner/example");
            if (!query.contains("{{")) {
                Exchange read = http.get(form.fhirServer() + "/" + query.replace("|", "%7C"));
                JsonNode data = ClientSession.json(read.answer());
                if (read.isOk() && data.isObject()) {
                    prefetch.set(template.getKey(), data);
                }
            }
        });
        return prefetch;
    }
}
