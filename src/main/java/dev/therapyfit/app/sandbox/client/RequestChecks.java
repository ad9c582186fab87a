package dev.therapyfit.app.sandbox.client;

import dev.therapyfit.app.sandbox.client.ClientView.Check;
import dev.therapyfit.app.sandbox.client.ClientView.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** What a conformant EHR sends (CDS Hooks 2.0 and 3.0, "Calling a CDS Service"), and what of it a request holds. */
final class RequestChecks {
    private static final Pattern UUID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
    private static final Pattern USER =
            Pattern.compile("(Practitioner|PractitionerRole|Patient|RelatedPerson)/[A-Za-z0-9.-]{1,64}");
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9.-]{1,64}");
    private static final Pattern URL = Pattern.compile("https?://[^\\s/]+.*");
    private static final List<String> AUTHORIZATION =
            List.of("access_token", "token_type", "expires_in", "scope", "subject");

    private final List<Check> checks = new ArrayList<>();
    private final JsonNode request;
    private final JsonNode context;

    private RequestChecks(JsonNode request) {
        this.request = request;
        this.context = request.path("context");
    }

    /**
     * All of them, in the order of the specification.
     *
     * @param service as its discovery describes it
     * @param signed true if the call bore a token
     */
    static List<Check> of(JsonNode request, JsonNode service, boolean signed) {
        RequestChecks checks = new RequestChecks(request);
        checks.add("token", signed ? State.AS_SPECIFIED : State.NOT_SENT, "");
        checks.text(
                "hook",
                request.path("hook"),
                Pattern.compile(Pattern.quote(service.path("hook").asString(""))));
        checks.text("instance", request.path("hookInstance"), UUID);
        checks.text("user", checks.context.path("userId"), USER);
        checks.text("patient", checks.context.path("patientId"), ID);
        if (request.path("hook").asString("").startsWith("order-")) {
            checks.orders();
        }
        checks.prefetch(service.path("prefetch"));
        checks.text("server", request.path("fhirServer"), URL);
        if (request.has("fhirServer")) {
            checks.authorization();
        }
        return List.copyOf(checks.checks);
    }

    private void add(String what, State state, String about) {
        checks.add(new Check(what, state, about));
    }

    private void text(String what, JsonNode value, Pattern expected) {
        boolean isRight =
                value.isString() && expected.matcher(value.stringValue()).matches();
        add(what, value.isMissingNode() ? State.NOT_SENT : isRight ? State.AS_SPECIFIED : State.WRONG, "");
    }

    private void orders() {
        JsonNode bundle = context.path("draftOrders");
        Set<String> wrong = new TreeSet<>();
        Set<String> references = new TreeSet<>();
        for (JsonNode order : CdsRequests.orders(request)) {
            references.add(CdsRequests.reference(order));
            if (order.path("id").asString("").isEmpty()
                    || !order.path("status").asString("").equals("draft")) {
                wrong.add(CdsRequests.reference(order));
            }
        }
        boolean isBundle = bundle.path("resourceType").asString("").equals("Bundle");
        add(
                "drafts",
                bundle.isMissingNode()
                        ? State.NOT_SENT
                        : isBundle && wrong.isEmpty() ? State.AS_SPECIFIED : State.WRONG,
                String.join(", ", wrong));
        if (!request.path("hook").asString("").equals("order-select")) {
            return;
        }
        JsonNode selections = context.path("selections");
        Set<String> unknown = new TreeSet<>();
        selections.forEach(selection -> {
            if (!references.contains(selection.asString(""))) {
                unknown.add(selection.asString("?"));
            }
        });
        add(
                "selections",
                selections.isMissingNode()
                        ? State.NOT_SENT
                        : selections.isArray() && !selections.isEmpty() && unknown.isEmpty()
                                ? State.AS_SPECIFIED
                                : State.WRONG,
                String.join(", ", unknown));
    }

    private void prefetch(JsonNode templates) {
        JsonNode prefetch = request.path("prefetch");
        Set<String> missing = new TreeSet<>(templates.propertyNames());
        missing.removeAll(prefetch.propertyNames());
        Set<String> unknown = new TreeSet<>(prefetch.propertyNames());
        unknown.removeAll(templates.propertyNames());
        if (!unknown.isEmpty()) {
            add("prefetch", State.WRONG, String.join(", ", unknown));
        } else {
            add("prefetch", missing.isEmpty() ? State.AS_SPECIFIED : State.NOT_SENT, String.join(", ", missing));
        }
    }

    private void authorization() {
        JsonNode authorization = request.path("fhirAuthorization");
        List<String> missing =
                AUTHORIZATION.stream().filter(name -> !authorization.has(name)).toList();
        boolean isBearer = authorization.path("token_type").asString("").equals("Bearer");
        add(
                "authorization",
                authorization.isMissingNode()
                        ? State.NOT_SENT
                        : missing.isEmpty() && isBearer ? State.AS_SPECIFIED : State.WRONG,
                authorization.isMissingNode() ? "" : String.join(", ", missing));
    }
}
