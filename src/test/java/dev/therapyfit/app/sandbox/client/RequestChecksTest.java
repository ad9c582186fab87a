package dev.therapyfit.app.sandbox.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.therapyfit.app.sandbox.client.ClientView.State;
import java.util.Arrays;
import java.util.List;
import java.util.ResourceBundle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class RequestChecksTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final JsonNode SERVICE =
            json("{'hook': 'order-select', 'id': 's', 'prefetch': {'patient': 'Patient/{{context.patientId}}'}}");

    /** The example of the specification, as far as this service's templates go. */
    private static final String CONFORMANT = """
            {'hook': 'order-select', 'hookInstance': 'd1577c69-dfbe-44ad-ba6d-3e05e953b2ea',
             'fhirServer': 'https://ehr.example.org/fhir',
             'fhirAuthorization': {'access_token': 't', 'token_type': 'Bearer', 'expires_in': 300, 'scope': 'user/*.rs',
               'subject': 'cds-service'},
             'context': {'userId': 'Practitioner/123', 'patientId': '1288992', 'selections': ['ServiceRequest/r1'],
               'draftOrders': {'resourceType': 'Bundle', 'entry': [
                 {'resource': {'resourceType': 'ServiceRequest', 'id': 'r1', 'status': 'draft'}}]}},
             'prefetch': {'patient': {'resourceType': 'Patient', 'id': '1288992'}}}""";

    @Test
    void a_conformant_request_is_as_specified() {
        assertThat(RequestChecks.of(json(CONFORMANT), SERVICE, true))
                .hasSize(10)
                .allMatch(check -> check.state() == State.AS_SPECIFIED);
    }

    @ParameterizedTest
    @CsvSource({
        "hook, '\"order-sign\"', hook, WRONG",
        "hookInstance, '\"17\"', instance, WRONG",
        "context.userId, '\"123\"', user, WRONG",
        "context.userId,, user, NOT_SENT",
        "context.patientId, '\"Patient/1\"', patient, WRONG",
        "context.draftOrders,, drafts, NOT_SENT",
        "context.draftOrders.entry.0.resource.status, '\"active\"', drafts, WRONG",
        "context.selections, [], selections, WRONG",
        "context.selections, '[\"ServiceRequest/other\"]', selections, WRONG",
        "prefetch,, prefetch, NOT_SENT",
        "prefetch.other, {}, prefetch, WRONG",
        "fhirServer, '\"ehr\"', server, WRONG",
        "fhirServer,, server, NOT_SENT",
        "fhirAuthorization,, authorization, NOT_SENT",
        "fhirAuthorization.scope,, authorization, WRONG",
        "fhirAuthorization.token_type, '\"mac\"', authorization, WRONG",
    })
    void what_is_missing_or_wrong_is_named(String path, String value, String what, State state) {
        JsonNode request = json(CONFORMANT);
        List<String> names = Arrays.asList(path.split("\\."));
        JsonNode parent = request;
        for (String name : names.subList(0, names.size() - 1)) {
            parent = parent.isArray() ? parent.path(Integer.parseInt(name)) : parent.path(name);
        }
        ObjectNode changed = parent.asObject();
        String last = names.get(names.size() - 1);
        if (value == null) {
            changed.remove(last);
        } else {
            changed.set(last, JSON.readTree(value));
        }

        assertThat(RequestChecks.of(request, SERVICE, true))
                .filteredOn(check -> check.what().equals(what))
                .singleElement()
                .matches(check -> check.state() == state);
    }

    @Test
    void each_check_has_words_and_an_unsigned_call_is_told() {
        ResourceBundle words = ResourceBundle.getBundle("pages");
        assertThat(RequestChecks.of(json("{'hook': 'order-select', 'fhirServer': 'x'}"), SERVICE, false))
                .allSatisfy(check -> assertThat(words.getString("client.check." + check.what()))
                        .isNotBlank())
                .filteredOn(check -> check.what().equals("token"))
                .singleElement()
                .matches(check -> check.state() == State.NOT_SENT);
    }

    private static JsonNode json(String withApostrophes) {
        return JSON.readTree(withApostrophes.replace('\'', '"'));
    }
}
