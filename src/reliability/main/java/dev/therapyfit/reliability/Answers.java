package dev.therapyfit.reliability;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What every answer must be, whatever was asked (CDS Hooks, "CDS Service Response"; design, "Failures"). */
public final class Answers {
    private static final Set<Integer> REFUSALS = Set.of(400, 401, 403, 404, 405, 406, 408, 412, 413, 415);
    private static final Set<Integer> LATER = Set.of(429, 503);
    private static final Set<String> INDICATORS = Set.of("info", "warning", "critical");
    private static final Set<String> ACTIONS = Set.of("create", "update", "delete");
    private static final int SUMMARY_BELOW = 140;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Answers() {}

    /**
     * What is wrong with an answer to a hook call; empty if nothing is.
     *
     * @param retryAfter its header of that name
     * @param mark must not stand in a refusal
     */
    public static Optional<String> problem(int status, Optional<String> retryAfter, String body, String mark) {
        if (status == 200) {
            return problem(body);
        }
        if (LATER.contains(status)) {
            if (retryAfter.isEmpty()) {
                return Optional.of(status + " without Retry-After");
            }
        } else if (!REFUSALS.contains(status)) {
            return Optional.of("status " + status);
        }
        if (body.contains(mark)) {
            return Optional.of(status + " whose body repeats what was sent");
        }
        return parse(body)
                .map(root -> outcome(root).map(what -> status + ": " + what))
                .orElse(Optional.of(status + " whose body is not JSON"));
    }

    /** What is wrong with an answer that holds cards; empty if nothing is. */
    public static Optional<String> problem(String body) {
        Optional<JsonNode> root = parse(body);
        if (root.isEmpty()) {
            return Optional.of("200 whose body is not JSON");
        }
        JsonNode cards = root.get().get("cards");
        if (cards == null || !cards.isArray()) {
            return Optional.of("200 without cards");
        }
        for (JsonNode card : cards) {
            Optional<String> problem = empty("card", card).or(() -> card(card));
            if (problem.isPresent()) {
                return problem;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> card(JsonNode card) {
        if (!card.path("summary").isString() || !card.path("uuid").isString()) {
            return Optional.of("a card without summary or uuid");
        }
        String summary = card.path("summary").stringValue();
        if (summary.length() >= SUMMARY_BELOW) {
            return Optional.of("a summary of " + summary.length() + " characters");
        }
        if (!INDICATORS.contains(card.path("indicator").asString(""))) {
            return Optional.of("a card without an indicator");
        }
        if (!card.path("source").path("label").isString()) {
            return Optional.of("a card without a source");
        }
        if (card.has("suggestions") && !card.path("selectionBehavior").isString()) {
            return Optional.of("suggestions without selectionBehavior");
        }
        for (JsonNode suggestion : card.path("suggestions")) {
            if (!suggestion.path("label").isString()
                    || !suggestion.path("actions").valueStream().allMatch(Answers::isAction)) {
                return Optional.of("a suggestion without a label or with a wrong action");
            }
        }
        for (JsonNode link : card.path("links")) {
            if (!isLink(link)) {
                return Optional.of("a link without label, url or type");
            }
        }
        for (JsonNode reason : card.path("overrideReasons")) {
            if (!reason.path("code").isString() || !reason.path("display").isString()) {
                return Optional.of("an override reason without code or display");
            }
        }
        return Optional.empty();
    }

    private static boolean isAction(JsonNode action) {
        String type = action.path("type").asString("");
        boolean whole = type.equals("delete")
                ? action.path("resourceId").isString()
                : action.path("resource").path("resourceType").isString();
        return ACTIONS.contains(type) && action.path("description").isString() && whole;
    }

    private static boolean isLink(JsonNode link) {
        return link.path("label").isString()
                && List.of("absolute", "smart").contains(link.path("type").asString(""))
                && URI.create(link.path("url").asString("")).isAbsolute();
    }

    /** CDS Hooks: elements are never null or empty. */
    private static Optional<String> empty(String path, JsonNode node) {
        if (node.isNull()
                || (node.isContainer() && node.isEmpty())
                || (node.isString() && node.stringValue().isBlank())) {
            return Optional.of(path + " is null or empty");
        }
        if (node.isArray()) {
            for (JsonNode element : node) {
                Optional<String> found = empty(path, element);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        for (String name : node.isObject() ? node.propertyNames() : List.<String>of()) {
            Optional<String> found = empty(path + "." + name, node.get(name));
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> outcome(JsonNode root) {
        JsonNode issues = root.path("issue");
        boolean whole = root.path("resourceType").asString("").equals("OperationOutcome")
                && issues.isArray()
                && !issues.isEmpty()
                && issues.valueStream()
                        .allMatch(issue -> issue.path("severity").isString()
                                && issue.path("code").isString()
                                && issue.path("diagnostics").isString());
        return whole ? empty("OperationOutcome", root) : Optional.of("the body is not an OperationOutcome");
    }

    private static Optional<JsonNode> parse(String body) {
        try {
            return Optional.of(JSON.readTree(body)).filter(JsonNode::isObject);
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }
}
