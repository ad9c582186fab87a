package dev.therapyfit.app.sandbox.client;

import dev.therapyfit.app.sandbox.client.ClientView.Exchange;
import dev.therapyfit.app.sandbox.client.ClientView.Patient;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The patients of a FHIR server: who they are, new ones, and what a service wants to be sent of them. */
final class FhirPatients {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern LOCATION = Pattern.compile("([A-Za-z]+/[A-Za-z0-9.-]+)(?:/_history/[^/]*)?$");
    private static final Pattern BY_IDENTIFIER = Pattern.compile("([A-Za-z]+)[?]identifier=([^|]*)[|](.+)");
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

    /** Writes a resource or a Bundle: a transaction as it is, of every other the resources under their ids. */
    Exchange add(String server, String bundle) {
        return http.postFhir(server, transaction(ClientSession.json(bundle)).toString());
    }

    /** Writes one resource. */
    Exchange write(String server, JsonNode resource) {
        return http.postFhir(server + "/" + resource.path("resourceType").asString(""), resource.toString());
    }

    /** The id of a Patient in the answer to a transaction. */
    static Optional<String> patientIn(String answer) {
        return referencesIn(answer).stream()
                .filter(reference -> reference.startsWith("Patient/"))
                .map(reference -> reference.substring("Patient/".length()))
                .findFirst();
    }

    /** What was written, by the answer to a transaction. */
    static List<String> referencesIn(String answer) {
        return ClientSession.json(answer)
                .path("entry")
                .valueStream()
                .map(entry ->
                        LOCATION.matcher(entry.path("response").path("location").asString("")))
                .filter(Matcher::find)
                .map(location -> location.group(1))
                .toList();
    }

    /** True if a text is a resource, or a Bundle that holds one. */
    static boolean isResource(String text) {
        JsonNode json = ClientSession.json(text);
        return json.path("resourceType").asString("").equals("Bundle")
                ? !json.path("entry").isEmpty()
                : json.hasNonNull("resourceType");
    }

    /**
     * References by an identifier, as Synthea has them to what other files hold, name what they are about and no longer ask for
     * it: a server refuses a transaction with one that it does not find.
     */
    private static void withoutSearches(JsonNode node) {
        if (node instanceof ObjectNode object) {
            Matcher search = BY_IDENTIFIER.matcher(object.path("reference").asString(""));
            if (search.matches()) {
                object.remove("reference");
                object.put("type", search.group(1));
                ObjectNode identifier = object.putObject("identifier");
                if (!search.group(2).isEmpty()) {
                    identifier.put("system", search.group(2));
                }
                identifier.put("value", search.group(3));
            }
        }
        node.forEach(FhirPatients::withoutSearches);
    }

    private static JsonNode transaction(JsonNode given) {
        JsonNode bundle = given;
        if (!given.path("resourceType").asString("").equals("Bundle")) {
            ObjectNode alone = JSON.createObjectNode();
            alone.putArray("entry").addObject().set("resource", given);
            bundle = alone;
        }
        withoutSearches(bundle);
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
