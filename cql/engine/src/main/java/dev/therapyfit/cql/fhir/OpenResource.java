package dev.therapyfit.cql.fhir;

import dev.therapyfit.cql.fhir.ReadBundle.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A resource of which the type is known, and nothing else is read yet. It is read once; thereafter its parser is behind it,
 * whether it could be read or not.
 */
public final class OpenResource {
    private static final String TYPE = "resourceType";
    private static final String BUNDLE = "Bundle";
    private static final String ENTRY = "entry";
    private static final String RESOURCE = "resource";
    private static final String ISSUES = "issues";
    private static final String FULL_URL = "fullUrl";
    private static final String MODIFIER = "modifierExtension";

    private final String type;
    private final Tokens tokens;
    private final int outside;
    private final int longestString;

    private OpenResource(String type, Tokens tokens, int outside, int longestString) {
        this.type = type;
        this.tokens = tokens;
        this.outside = outside;
        this.longestString = longestString;
    }

    /**
     * Goes into the value that is there. If its type does not stand first, all of it is read as a tree, once: in a tree types
     * are found without reading, also those of resources in it.
     */
    static OpenResource of(Tokens tokens, int longestString) {
        if (!tokens.isObject()) {
            tokens.skip();
            return new OpenResource("", tokens, tokens.depth(), longestString);
        }
        int outside = tokens.depth() - 1;
        Optional<JsonNode> ahead = tokens.ahead();
        if (ahead.isPresent()) {
            return new OpenResource(ResourceReader.type(ahead.get()), tokens, outside, longestString);
        }
        if (!tokens.nextProperty()) {
            return new OpenResource("", tokens, outside, longestString);
        }
        if (tokens.name().equals(TYPE)) {
            String type = tokens.isString() ? tokens.string() : "";
            tokens.skip();
            return new OpenResource(type, tokens, outside, longestString);
        }
        ObjectNode whole = JsonNodeFactory.instance.objectNode();
        do {
            whole.set(tokens.name(), tokens.tree());
        } while (tokens.nextProperty());
        return new OpenResource(ResourceReader.type(whole), new TreeTokens(whole), 0, longestString);
    }

    /** The type that it says it is of; empty if it says none. */
    public String type() {
        return type;
    }

    public boolean isBundle() {
        return type.equals(BUNDLE);
    }

    /**
     * Reads a resource that is no Bundle.
     *
     * @throws UnreadableResource naming the first element that cannot be read
     */
    public Resource read() throws UnreadableResource {
        try {
            if (!ResourceReader.isResource(type)) {
                throw new UnreadableResource(new Unreadable("", "", "a resource of FHIR R4"));
            }
            return (Resource) new ElementReader(type, longestString, tokens).of(FhirType.of(type));
        } catch (UnreadableResource e) {
            tokens.leave(outside);
            throw e;
        }
    }

    /** The rest of it. */
    Tokens tokens() {
        return tokens;
    }

    /**
     * Reads a Bundle, entry by entry.
     *
     * @param cancellation is run before each entry; what it throws ends the reading
     */
    public ReadBundle readBundle(Runnable cancellation) {
        return new Entries(cancellation).read();
    }

    /** Passes over it. */
    public void skip() {
        tokens.leave(outside);
    }

    /** What is around a resource that can be read, or around none, and where it stands. */
    private record Around(int index, ObjectNode json, Optional<Resource> resource) {}

    /** The reading of a Bundle. */
    private final class Entries {
        private final Runnable cancellation;
        private final List<Unreadable> envelopeFaults = new ArrayList<>();
        private final List<Unreadable> faults = new ArrayList<>();
        private final List<Unreadable> unreadable = new ArrayList<>();
        private final List<Entry> entries = new ArrayList<>();
        private final List<Around> readable = new ArrayList<>();
        private final List<Around> outcomes = new ArrayList<>();

        Entries(Runnable cancellation) {
            this.cancellation = cancellation;
        }

        ReadBundle read() {
            ObjectNode envelope = JsonNodeFactory.instance.objectNode();
            while (tokens.nextProperty()) {
                if (tokens.isNull()) {
                    continue;
                }
                switch (tokens.name()) {
                    case ENTRY -> entries();
                    case ISSUES -> outcome();
                    case MODIFIER -> {
                        envelopeFaults.add(new Unreadable(BUNDLE, MODIFIER, "an element of FHIR R4"));
                        tokens.skip();
                    }
                    default -> envelope.set(tokens.name(), tokens.tree());
                }
            }
            readable.addAll(outcomes);
            Resource bundle = around(envelope);
            List<Element> read = new ArrayList<>();
            for (Around around : readable) {
                Element bare = around(around);
                read.add(around.resource()
                        .map(resource -> bare.with(RESOURCE, resource))
                        .orElse(bare));
            }
            return new ReadBundle(
                    bundle.with(ENTRY, read),
                    entries,
                    unreadable,
                    envelopeFaults.stream().findFirst(),
                    Stream.concat(envelopeFaults.stream(), faults.stream()).findFirst());
        }

        private void entries() {
            if (tokens.isArray()) {
                for (int i = 0; tokens.nextValue(); i++) {
                    entry(i);
                }
            } else {
                envelopeFaults.add(new Unreadable(BUNDLE, ENTRY, "an array of entries"));
                entry(0);
            }
        }

        private void entry(int index) {
            cancellation.run();
            if (!tokens.isObject()) {
                faults.add(new Unreadable(BUNDLE, ENTRY + "[" + index + "]", "an object"));
                tokens.skip();
                entries.add(new Entry("", "", Optional.empty(), Optional.empty(), List.of()));
                return;
            }
            ObjectNode around = JsonNodeFactory.instance.objectNode();
            Entry read = new Entry("", "", Optional.empty(), Optional.empty(), List.of());
            while (tokens.nextProperty()) {
                if (!tokens.name().equals(RESOURCE)) {
                    around.set(tokens.name(), tokens.tree());
                } else if (!tokens.isNull()) {
                    read = resource();
                }
            }
            entries.add(new Entry(
                    around.path(FULL_URL).asString(""),
                    read.type(),
                    read.resource(),
                    read.unreadable(),
                    read.entries()));
            if (read.unreadable().isEmpty()) {
                readable.add(new Around(index, around, read.resource()));
            }
        }

        private Entry resource() {
            OpenResource inner = OpenResource.of(tokens, longestString);
            if (inner.isBundle()) {
                ReadBundle nested = inner.readBundle(cancellation);
                unreadable.addAll(nested.unreadable());
                nested.fault().ifPresent(faults::add);
                return new Entry("", BUNDLE, Optional.of(nested.bundle()), Optional.empty(), nested.entries());
            }
            try {
                return new Entry("", inner.type(), Optional.of(inner.read()), Optional.empty(), List.of());
            } catch (UnreadableResource e) {
                unreadable.add(e.unreadable());
                return new Entry("", inner.type(), Optional.empty(), Optional.of(e.unreadable()), List.of());
            }
        }

        /** What R5 has beside the entries: an outcome that is about all of them. */
        private void outcome() {
            OpenResource issues = OpenResource.of(tokens, longestString);
            try {
                if (issues.type().equals("OperationOutcome")) {
                    outcomes.add(new Around(0, JsonNodeFactory.instance.objectNode(), Optional.of(issues.read())));
                } else {
                    issues.skip();
                    faults.add(new Unreadable(BUNDLE, ISSUES, "an OperationOutcome"));
                }
            } catch (UnreadableResource e) {
                unreadable.add(e.unreadable());
            }
        }

        /** The Bundle without entries; an empty one if it cannot be read, which is named. */
        private Resource around(ObjectNode envelope) {
            try {
                return (Resource)
                        new ElementReader(BUNDLE, longestString, new TreeTokens(envelope)).of(FhirType.of(BUNDLE));
            } catch (UnreadableResource e) {
                envelopeFaults.add(e.unreadable());
                return Resource.of(BUNDLE);
            }
        }

        /** An entry without its resource; with its URL only if it cannot be read, which is named. */
        private Element around(Around around) {
            try {
                return new ElementReader(BUNDLE, longestString, new TreeTokens(around.json())).entry(around.index());
            } catch (UnreadableResource e) {
                faults.add(e.unreadable());
                JsonNode url = around.json().path(FULL_URL);
                Element bare = Element.of("Bundle.Entry");
                return url.isString() ? bare.with(FULL_URL, url.stringValue()) : bare;
            }
        }
    }
}
