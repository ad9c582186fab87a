package dev.therapyfit.app.sandbox.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class CdsRequestsTest {
    private static final JsonMapper JSON = new JsonMapper();

    private final ObjectNode request = CdsRequests.hook(
            ClientForm.of(Map.of("patient", "p", "fhirServer", "http://x/fhir")),
            Optional.of(json("{'resourceType': 'MedicationRequest', 'id': 'draft-1', 'status': 'draft'}")
                    .asObject()),
            Optional.empty());

    @Test
    void what_a_suggestion_creates_is_drafted_and_selected() {
        ObjectNode after = after("{'type': 'create', 'resource': {'resourceType': 'ServiceRequest'}}");

        assertThat(CdsRequests.orders(after))
                .extracting(CdsRequests::reference)
                .hasSize(2)
                .anyMatch(reference -> reference.startsWith("ServiceRequest/draft-"));
        assertThat(after.at("/context/selections")).hasSize(2);
        assertThat(after.path("hookInstance")).isNotEqualTo(request.path("hookInstance"));
    }

    @Test
    void what_it_updates_takes_the_place_of_what_was_there() {
        ObjectNode after = after(
                "{'type': 'update', 'resource': {'resourceType': 'MedicationRequest', 'id': 'draft-1', 'status': 'on-hold'}}");

        assertThat(CdsRequests.orders(after))
                .singleElement()
                .extracting(order -> order.path("status").stringValue())
                .isEqualTo("on-hold");
        assertThat(after.at("/context/selections/0").stringValue()).isEqualTo("MedicationRequest/draft-1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"'MedicationRequest/draft-1'", "['MedicationRequest/draft-1']"})
    void what_it_deletes_is_gone_also_from_the_selections(String ids) {
        ObjectNode after = after("{'type': 'delete', 'resourceId': " + ids + "}");

        assertThat(CdsRequests.orders(after)).isEmpty();
        assertThat(after.at("/context/selections")).isEmpty();
    }

    @Test
    void feedback_names_card_suggestion_and_reason() {
        JsonNode card = json("{'uuid': 'c', 'overrideReasons': [{'code': 'a', 'system': 's', 'display': 'A'}]}");

        assertThat(CdsRequests.overridden(card, "a", "", "2026-06-15T09:00:00Z"))
                .isEqualTo(json("{'feedback': [{'card': 'c', 'outcome': 'overridden', 'overrideReason': {'reason':"
                        + " {'code': 'a', 'system': 's', 'display': 'A'}},"
                        + " 'outcomeTimestamp': '2026-06-15T09:00:00Z'}]}"));
        assertThat(CdsRequests.accepted(card, json("{'uuid': 's'}"), "2026-06-15T09:00:00Z"))
                .isEqualTo(json("{'feedback': [{'card': 'c', 'outcome': 'accepted',"
                        + " 'acceptedSuggestions': [{'id': 's'}], 'outcomeTimestamp': '2026-06-15T09:00:00Z'}]}"));
    }

    private ObjectNode after(String action) {
        return CdsRequests.after(request, List.of(json(action)));
    }

    private static JsonNode json(String withApostrophes) {
        return JSON.readTree(withApostrophes.replace('\'', '"'));
    }
}
