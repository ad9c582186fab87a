package dev.therapyfit.hooks.request;

import dev.therapyfit.cql.fhir.OpenResource;
import dev.therapyfit.cql.fhir.ReadBundle;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.fhir.ResourceReader;
import dev.therapyfit.cql.fhir.Unreadable;
import dev.therapyfit.cql.fhir.UnreadableResource;
import dev.therapyfit.hooks.failure.CdsFailure.BadHookRequest;
import dev.therapyfit.hooks.failure.CdsFailure.TooLarge;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonParserDelegate;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Reads the body of a call in one pass: its resources as resources, and what is around them as JSON. */
final class BodyReader {
    static final String CONTEXT = "context";
    static final String DRAFT_ORDERS = "draftOrders";
    static final String PREFETCH = "prefetch";

    private final JsonMapper json;
    private final ResourceReader reader;
    private final HookRequestLimits limits;

    BodyReader(ResourceReader reader, HookRequestLimits limits) {
        this.reader = reader;
        this.limits = limits;
        this.json = JsonMapper.builder(JsonFactory.builder()
                        .streamReadConstraints(StreamReadConstraints.builder()
                                .maxNestingDepth(limits.depth())
                                .maxNumberLength(limits.numberLength())
                                .maxStringLength(Integer.MAX_VALUE) // the body's size bounds it; see ResourceReader
                                .build())
                        .build())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS) // it reads parts of what a parser holds
                .build();
    }

    /** A body, as it is read. */
    static final class Body {
        private final ObjectNode fields;
        private final Map<String, Resource> prefetch = new HashMap<>();
        private final Map<String, List<Unreadable>> unreadable = new HashMap<>();
        private final Map<String, Unreadable> faults = new HashMap<>();
        private Optional<DraftOrders> draftOrders = Optional.empty();

        private Body(ObjectNode fields) {
            this.fields = fields;
        }

        /** All of it but the prefetch and the draft orders; these too if they are no objects. */
        ObjectNode fields() {
            return fields;
        }

        /** Empty if they are no object. */
        Optional<DraftOrders> draftOrders() {
            return draftOrders;
        }

        /** What could be read of the prefetch, by key. */
        Map<String, Resource> prefetch() {
            return Map.copyOf(prefetch);
        }

        /** The resources that could not be read of a key. */
        Map<String, List<Unreadable>> unreadable() {
            return Map.copyOf(unreadable);
        }

        /** Why the rest of a key cannot be read. */
        Map<String, Unreadable> faults() {
            return Map.copyOf(faults);
        }
    }

    /**
     * Draft orders.
     *
     * @param type what they say they are
     * @param bundle empty if that is no Bundle
     */
    record DraftOrders(String type, Optional<ReadBundle> bundle) {}

    /**
     * Reads a body.
     *
     * @param keys of the prefetch that are wanted
     * @param cancellation is run before each resource; what it throws ends the reading
     * @throws BadHookRequest if it is no JSON object, or beyond a limit
     * @throws TooLarge if it holds too many resources
     */
    Body read(byte[] bytes, Set<String> keys, Runnable cancellation) {
        Body body = new Body(json.createObjectNode());
        try (JsonParser parser = new Counted(json.createParser(bytes), limits.resources())) {
            boolean isObject = parser.nextToken() == JsonToken.START_OBJECT;
            if (isObject) {
                read(parser, body, keys, cancellation);
            } else {
                parser.skipChildren();
            }
            if (parser.nextToken() != null) {
                throw notJson("");
            }
            if (!isObject) {
                throw new BadHookRequest("", "the body is not a JSON object: expected a CDS Hooks request");
            }
        } catch (StreamConstraintsException e) {
            throw new BadHookRequest(
                    "",
                    "the body is beyond a limit" + place(e) + ": expected at most " + limits.depth()
                            + " levels of nesting and " + limits.numberLength() + " characters in a number");
        } catch (NumberFormatException e) {
            // Jackson does not declare what it does with an exponent that is no int; its message holds the number
            throw new BadHookRequest("", "a number is beyond a limit: expected an exponent of a clinical value");
        } catch (JacksonException e) {
            throw notJson(place(e));
        }
        return body;
    }

    private static BadHookRequest notJson(String place) {
        return new BadHookRequest(
                "", "the body is not well-formed JSON" + place + ": expected one JSON object without duplicate keys");
    }

    private static String place(JacksonException e) {
        var place = e.getLocation();
        return place == null ? "" : " at line " + place.getLineNr() + ", column " + place.getColumnNr();
    }

    private void read(JsonParser parser, Body body, Set<String> keys, Runnable cancellation) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            JsonToken first = parser.nextToken();
            if (name.equals(CONTEXT) && first == JsonToken.START_OBJECT) {
                readContext(parser, body, cancellation);
            } else if (!name.equals(PREFETCH)) {
                body.fields.set(name, json.readTree(parser));
            } else if (first == JsonToken.START_OBJECT) {
                while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                    String key = parser.currentName();
                    parser.nextToken();
                    if (keys.contains(key)) {
                        read(parser, key, body, cancellation);
                    } else {
                        parser.skipChildren();
                    }
                }
            } else if (first != JsonToken.VALUE_NULL) {
                body.fields.set(name, json.readTree(parser));
            }
        }
    }

    private void readContext(JsonParser parser, Body body, Runnable cancellation) {
        ObjectNode context = body.fields.putObject(CONTEXT);
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            JsonToken first = parser.nextToken();
            if (name.equals(DRAFT_ORDERS) && first == JsonToken.START_OBJECT) {
                OpenResource open = reader.open(parser);
                body.draftOrders = Optional.of(new DraftOrders(
                        open.type(), open.isBundle() ? Optional.of(open.readBundle(cancellation)) : Optional.empty()));
                open.skip();
            } else {
                context.set(name, json.readTree(parser));
            }
        }
    }

    private void read(JsonParser parser, String key, Body body, Runnable cancellation) {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            // "If the CDS Client has no data to populate a template prefetch key": looked for, and none there
            body.prefetch.put(key, Resource.of("Bundle"));
            return;
        }
        OpenResource open = reader.open(parser);
        if (open.isBundle()) {
            ReadBundle read = open.readBundle(cancellation);
            body.prefetch.put(key, read.bundle());
            if (!read.unreadable().isEmpty()) {
                body.unreadable.put(key, read.unreadable());
            }
            read.fault().ifPresent(fault -> body.faults.put(key, fault));
            return;
        }
        // the Patient, an outcome in place of data, or a mistake
        try {
            Resource resource = open.read();
            if (resource.isOf("OperationOutcome")) {
                body.faults.put(key, new Unreadable("OperationOutcome", "", "data"));
            } else {
                body.prefetch.put(key, resource);
            }
        } catch (UnreadableResource e) {
            body.faults.put(key, e.unreadable());
        }
    }

    /** A body that was read, in the raw. */
    JsonNode raw(byte[] bytes) {
        // a number that is none of Java's is no reason not to look at the rest
        return json.reader()
                .without(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .readTree(bytes);
    }

    /** Counts resources at any depth: in Bundles, contained, under keys that nobody asked for. */
    private static final class Counted extends JsonParserDelegate {
        private static final String RESOURCE_TYPE = "resourceType";

        private final int most;
        private int resources;

        Counted(JsonParser parser, int most) {
            super(parser);
            this.most = most;
        }

        @Override
        public @Nullable JsonToken nextToken() {
            JsonToken token = super.nextToken();
            if (token == JsonToken.PROPERTY_NAME && RESOURCE_TYPE.equals(currentName())) {
                resources++;
                if (resources > most) {
                    throw new TooLarge("", "too many resources: expected at most " + most);
                }
            }
            return token;
        }

        @Override
        public @Nullable String nextName() {
            return nextToken() == JsonToken.PROPERTY_NAME ? currentName() : null;
        }

        @Override
        public JsonParser skipChildren() {
            JsonToken token = currentToken();
            for (int open = token != null && token.isStructStart() ? 1 : 0; open > 0; ) {
                token = nextToken();
                open += token == null ? -open : token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            }
            return this;
        }
    }
}
