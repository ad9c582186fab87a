package dev.therapyfit.app.sandbox.client;

import dev.therapyfit.app.sandbox.client.ClientView.Answer;
import dev.therapyfit.app.sandbox.client.ClientView.Card;
import dev.therapyfit.app.sandbox.client.ClientView.Check;
import dev.therapyfit.app.sandbox.client.ClientView.DraftOrder;
import dev.therapyfit.app.sandbox.client.ClientView.Exchange;
import dev.therapyfit.app.sandbox.client.ClientView.Link;
import dev.therapyfit.app.sandbox.client.ClientView.Reason;
import dev.therapyfit.app.sandbox.client.ClientView.Suggestion;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;
import org.springframework.web.util.UriComponentsBuilder;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** One action of the user: the calls that it makes, and what they come to. */
final class ClientSession {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern ACCEPT = Pattern.compile("accept-(\\d{1,2})-(\\d{1,2})");
    private static final Pattern OVERRIDE = Pattern.compile("override-(\\d{1,2})");
    private static final Parser MARKDOWN = Parser.builder().build();
    private static final HtmlRenderer HTML =
            HtmlRenderer.builder().escapeHtml(true).sanitizeUrls(true).build();

    private final Map<String, String> fields;
    private final HttpCalls http;
    private final FhirPatients patients;
    private final Clock clock;
    private final List<Exchange> exchanges = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private final List<String> written = new ArrayList<>();
    private List<Check> checks = List.of();
    private ClientForm form;
    private int overridden = -1;

    ClientSession(ClientForm form, Map<String, String> fields, HttpCalls http, FhirPatients patients, Clock clock) {
        this.form = form;
        this.fields = fields;
        this.http = http;
        this.patients = patients;
        this.clock = clock;
    }

    /** The fields as they are after it. */
    ClientForm form() {
        return form;
    }

    /**
     * Does what the user wants.
     *
     * @param order the draft that the fields describe; empty: none
     */
    Answer act(Optional<ObjectNode> order) {
        Matcher accept = ACCEPT.matcher(form.action());
        Matcher override = OVERRIDE.matcher(form.action());
        if (accept.matches()) {
            accept(Integer.parseInt(accept.group(1)), Integer.parseInt(accept.group(2)));
        } else if (override.matches()) {
            override(Integer.parseInt(override.group(1)));
        } else if (form.action().equals("send")) {
            ask(form.request(), find());
        } else {
            Optional<JsonNode> service = find();
            Optional<ObjectNode> prefetch = service.filter(found -> form.isPrefetching())
                    .map(found -> patients.prefetch(form, found.path("prefetch")));
            ask(pretty(CdsRequests.hook(form, order, prefetch)), service);
        }
        JsonNode request = json(form.request());
        return new Answer(
                CdsRequests.orders(request).stream().map(ClientSession::order).toList(),
                cards(json(form.answer())),
                accept.matches(),
                written,
                failures,
                exchanges.stream().map(ClientSession::readable).toList(),
                checks);
    }

    /** With an answer that a person can read, if it is JSON. */
    private static Exchange readable(Exchange call) {
        JsonNode answer = json(call.answer());
        return new Exchange(
                call.method(),
                call.url(),
                call.isAuthorized(),
                call.body(),
                call.status(),
                call.millis(),
                answer.isMissingNode() ? call.answer() : pretty(answer));
    }

    /** What came of writing a Bundle. */
    static Answer imported(Exchange written) {
        return new Answer(
                List.of(),
                List.of(),
                false,
                FhirPatients.referencesIn(written.answer()),
                written.isOk() ? List.of() : told(written),
                List.of(written),
                List.of());
    }

    private Optional<JsonNode> find() {
        ServiceAddress address = ServiceAddress.of(form.service());
        Exchange discovery = http.get(address.discovery());
        Optional<JsonNode> service = address.find(discovery, form.hook());
        if (service.isEmpty()) {
            exchanges.add(discovery);
            failures.addAll(
                    discovery.isOk()
                            ? List.of("no service for " + form.hook() + " at " + address.discovery())
                            : told(discovery));
        }
        return service;
    }

    /** Calls the hook; what is sent stands in the form then, as it was sent. */
    private void ask(String request, Optional<JsonNode> service) {
        String endpoint = service.map(found -> ServiceAddress.of(form.service()).endpoint(found))
                .orElse("");
        String answer = "";
        if (!endpoint.isEmpty()) {
            Exchange call = http.post(endpoint, request, form.authorization());
            exchanges.add(call);
            if (call.isOk()) {
                answer = call.answer();
            } else {
                failures.addAll(told(call));
            }
        }
        form = form.with(request, answer, endpoint);
        checks = service.map(found -> RequestChecks.of(
                        json(request), found, !form.authorization().isEmpty()))
                .orElse(List.of());
    }

    private void accept(int place, int suggestion) {
        JsonNode card = json(form.answer()).path("cards").path(place);
        JsonNode taken = card.path("suggestions").path(suggestion);
        feedback(CdsRequests.accepted(card, taken, clock.instant().toString()));
        List<JsonNode> ofOrders = new ArrayList<>();
        for (JsonNode action : taken.path("actions")) {
            if (CdsRequests.isAboutOrders(action)) {
                ofOrders.add(action);
            } else {
                write(action.path("resource"));
            }
        }
        if (json(form.request()) instanceof ObjectNode request) {
            // orders or record have changed: an EHR asks again
            ask(pretty(CdsRequests.after(request, ofOrders)), find());
        }
    }

    private void write(JsonNode resource) {
        Exchange call = patients.write(form.fhirServer(), resource);
        exchanges.add(call);
        if (call.isOk()) {
            JsonNode created = json(call.answer());
            written.add(created.path("resourceType").asString("") + "/"
                    + created.path("id").asString(""));
        } else {
            failures.addAll(told(call));
        }
    }

    private void override(int place) {
        JsonNode card = json(form.answer()).path("cards").path(place);
        String reason = fields.getOrDefault("reason-" + place, "");
        String comment = fields.getOrDefault("comment-" + place, "").strip();
        feedback(CdsRequests.overridden(card, reason, comment, clock.instant().toString()));
        overridden = failures.isEmpty() ? place : -1;
    }

    private void feedback(ObjectNode feedback) {
        Exchange call = http.post(form.endpoint() + "/feedback", feedback.toString(), form.authorization());
        exchanges.add(call);
        if (!call.isOk()) {
            failures.addAll(told(call));
        }
    }

    /** What a service says that it cannot do, for a person; its status and nothing else if it says nothing. */
    private static List<String> told(Exchange failed) {
        String status = failed.status() == 0 ? failed.url() + ": " + failed.answer() : "HTTP " + failed.status();
        List<String> issues = json(failed.answer())
                .path("issue")
                .valueStream()
                .map(issue -> status + ": "
                        + (issue.path("expression").path(0).asString("") + " "
                                        + issue.path("diagnostics").asString(""))
                                .strip())
                .toList();
        return issues.isEmpty() ? List.of(status) : issues;
    }

    private static DraftOrder order(JsonNode order) {
        JsonNode what = order.path(order.has("code") ? "code" : "medicationCodeableConcept");
        JsonNode coding = what.path("coding").path(0);
        String text = what.path("text")
                .asString(coding.path("display").asString(coding.path("code").asString("")));
        return new DraftOrder(
                text, CdsRequests.reference(order), order.path("status").asString(""));
    }

    private List<Card> cards(JsonNode answer) {
        JsonNode cards = answer.path("cards");
        return IntStream.range(0, cards.size())
                .mapToObj(place -> card(place, cards.path(place)))
                .toList();
    }

    private Card card(int place, JsonNode card) {
        JsonNode suggestions = card.path("suggestions");
        return new Card(
                place,
                card.path("indicator").asString("info"),
                card.path("summary").asString(""),
                HTML.render(MARKDOWN.parse(card.path("detail").asString(""))),
                card.path("source").path("label").asString(""),
                card.path("links")
                        .valueStream()
                        .map(link -> new Link(link.path("label").asString(""), url(link)))
                        .filter(link -> link.url().startsWith("http"))
                        .toList(),
                IntStream.range(0, suggestions.size())
                        .mapToObj(one -> suggestion(one, suggestions.path(one)))
                        .toList(),
                card.path("overrideReasons")
                        .valueStream()
                        .map(reason -> new Reason(
                                reason.path("code").asString(""),
                                reason.path("display").asString("")))
                        .toList(),
                place == overridden);
    }

    private static Suggestion suggestion(int place, JsonNode suggestion) {
        return new Suggestion(
                place,
                suggestion.path("label").asString(""),
                suggestion
                        .path("actions")
                        .valueStream()
                        .map(action -> action.path("description").asString(""))
                        .toList());
    }

    private static String pretty(JsonNode json) {
        return json.toPrettyString();
    }

    /** A text as JSON; nothing if it is none. */
    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JacksonException e) {
            return JSON.missingNode();
        }
    }

    /** Where a link leads; an app is launched as the sandbox's authorization server has it. */
    private String url(JsonNode link) {
        String url = link.path("url").asString("");
        if (!link.path("type").asString("").equals("smart")) {
            return url;
        }
        String launch = JSON.createObjectNode()
                .put("patient", form.patient())
                .put("appContext", link.path("appContext").asString(""))
                .toString();
        return UriComponentsBuilder.fromUriString(url)
                .queryParam("iss", form.fhirServer())
                .queryParam(
                        "launch",
                        Base64.getUrlEncoder().withoutPadding().encodeToString(launch.getBytes(StandardCharsets.UTF_8)))
                .build()
                .toUriString();
    }
}
