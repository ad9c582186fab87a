package dev.therapyfit.journal.feedback;

import dev.therapyfit.hooks.failure.CdsFailure.BadHookRequest;
import dev.therapyfit.journal.feedback.Feedback.Coding;
import dev.therapyfit.journal.feedback.Feedback.Outcome;
import dev.therapyfit.journal.feedback.Feedback.OverrideReason;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Bytes to {@link Feedback}. Fields that the specification does not name are ignored. */
final class FeedbackDecoder {
    /** More than a user can act on; a client that has more sends them in parts. */
    static final int MOST_ENTRIES = 1_000;

    /** Longest comment of a user, in characters. */
    static final int LONGEST_COMMENT = 4_000;

    /** Longest code, system or display, in characters. */
    static final int LONGEST_TEXT = 500;

    /** How far ahead of ours the clock of a client, which tells when a user did something, may be: a wrong zone is tolerated. */
    private static final Duration CLOCKS_APART = Duration.ofDays(1);

    /** RFC 3339, section 5.6, in UTC. Fractions end at nanoseconds. */
    private static final Pattern UTC = Pattern.compile(
            "\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?(Z|[+-]00:00)", Pattern.CASE_INSENSITIVE);

    private static final Pattern UUID =
            Pattern.compile("\\p{XDigit}{8}-\\p{XDigit}{4}-\\p{XDigit}{4}-\\p{XDigit}{4}-\\p{XDigit}{12}");

    private final JsonMapper json = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Clock clock;

    FeedbackDecoder(Clock clock) {
        this.clock = clock;
    }

    /**
     * Decodes a call.
     *
     * @throws BadHookRequest naming the first field that is missing or wrong, and what was expected
     */
    List<Feedback> decode(byte[] body) {
        JsonNode list = parse(body).get("feedback");
        if (list == null || !list.isArray() || list.isEmpty()) {
            throw new BadHookRequest("feedback", "required: expected an array of at least one entry");
        }
        if (list.size() > MOST_ENTRIES) {
            throw new BadHookRequest("feedback", "too many entries: expected at most " + MOST_ENTRIES);
        }
        List<Feedback> feedback = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            feedback.add(entry(list.get(i), "feedback[" + i + "]"));
        }
        return List.copyOf(feedback);
    }

    private JsonNode parse(byte[] body) {
        try {
            JsonNode root = json.readTree(body);
            if (root != null && root.isObject()) {
                return root;
            }
        } catch (JacksonException e) {
            throw new BadHookRequest(
                    "", "the body is not well-formed JSON: expected one JSON object without duplicate keys");
        }
        throw new BadHookRequest("", "the body is not a JSON object: expected CDS Hooks feedback");
    }

    private Feedback entry(JsonNode node, String field) {
        if (!node.isObject()) {
            throw new BadHookRequest(field, "expected an object");
        }
        String card = uuid(required(node, field, "card"));
        String code = required(node, field, "outcome");
        Outcome outcome = Arrays.stream(Outcome.values())
                .filter(known -> known.code().equals(code))
                .findFirst()
                .orElseThrow(() -> new BadHookRequest(field + ".outcome", "expected accepted or overridden"));
        List<String> suggestions = suggestions(node.get("acceptedSuggestions"), field + ".acceptedSuggestions");
        if (outcome == Outcome.ACCEPTED && suggestions.isEmpty()) {
            throw new BadHookRequest(
                    field + ".acceptedSuggestions", "required where outcome is accepted: expected at least one");
        }
        return new Feedback(
                card,
                outcome,
                suggestions,
                overrideReason(node, field),
                timestamp(required(node, field, "outcomeTimestamp"), field + ".outcomeTimestamp"));
    }

    private static List<String> suggestions(@Nullable JsonNode node, String field) {
        List<String> ids = new ArrayList<>();
        if (node == null || node.isNull()) {
            return List.of();
        }
        if (!node.isArray()) {
            throw new BadHookRequest(field, "expected an array of objects with an id");
        }
        for (int i = 0; i < node.size(); i++) {
            String entry = field + "[" + i + "]";
            if (!node.get(i).isObject()) {
                throw new BadHookRequest(entry, "expected an object with an id");
            }
            ids.add(uuid(required(node.get(i), entry, "id")));
        }
        return List.copyOf(ids);
    }

    /** A UUID in lower case, as it was given out: its case means nothing (RFC 9562, section 4). Other texts stay. */
    private static String uuid(String text) {
        return UUID.matcher(text).matches() ? text.toLowerCase(Locale.ROOT) : text;
    }

    /** Under the name of the specification, or the one that Epic documents: {@code overrideReasons}. */
    private static Optional<OverrideReason> overrideReason(JsonNode entry, String path) {
        String name = entry.has("overrideReason") ? "overrideReason" : "overrideReasons";
        JsonNode node = entry.get(name);
        String field = path + "." + name;
        if (node == null || node.isNull()) {
            return Optional.empty();
        }
        if (!node.isObject()) {
            throw new BadHookRequest(field, "expected an object with a reason, a userComment or both");
        }
        JsonNode coding = node.get("reason");
        Optional<Coding> reason = Optional.empty();
        if (coding != null && !coding.isNull()) {
            if (!coding.isObject()) {
                throw new BadHookRequest(field + ".reason", "expected a coding with code and system");
            }
            reason = Optional.of(new Coding(
                    required(coding, field + ".reason", "system"),
                    required(coding, field + ".reason", "code"),
                    optional(coding, field + ".reason", "display", LONGEST_TEXT)));
        }
        Optional<String> comment = optional(node, field, "userComment", LONGEST_COMMENT);
        if (reason.isEmpty() && comment.isEmpty()) {
            if (node.has("extension")) {
                return Optional.empty(); // what the client says there is its own, such as Epic's own reasons
            }
            throw new BadHookRequest(field, "expected a reason, a userComment or both");
        }
        return Optional.of(new OverrideReason(reason, comment));
    }

    private Instant timestamp(String text, String field) {
        if (UTC.matcher(text).matches()) {
            try {
                return plausible(Instant.parse(text), field);
            } catch (DateTimeException e) {
                // a day or time that does not exist: told below
            }
        }
        throw new BadHookRequest(field, "expected a date and time in UTC (RFC 3339), such as 2026-06-15T09:00:00Z");
    }

    /** From the time of computers until now. */
    private Instant plausible(Instant done, String field) {
        if (done.isBefore(Instant.EPOCH) || done.isAfter(clock.instant().plus(CLOCKS_APART))) {
            throw new BadHookRequest(field, "expected the time at which the user did it");
        }
        return done;
    }

    private static String required(JsonNode parent, String path, String name) {
        return optional(parent, path, name, LONGEST_TEXT)
                .orElseThrow(() -> new BadHookRequest(path + "." + name, "required: expected a string"));
    }

    private static Optional<String> optional(JsonNode parent, String path, String name, int longest) {
        JsonNode node = parent.get(name);
        if (node == null || node.isNull()) {
            return Optional.empty();
        }
        if (!node.isString() || node.stringValue().isBlank()) {
            throw new BadHookRequest(path + "." + name, "expected a string that is not empty");
        }
        String text = node.stringValue();
        if (text.codePointCount(0, text.length()) > longest) {
            throw new BadHookRequest(path + "." + name, "too long: expected at most " + longest + " characters");
        }
        return Optional.of(text);
    }
}
