package dev.therapyfit.cql.fhir;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

    /** An entry whose resource can be read, if it has one: where it stands, and what is around the resource. */
    private record Entry(int index, ObjectNode around, Optional<Resource> resource) {}

    /** The reading of a Bundle. */
    private final class Entries {
        private final Runnable cancellation;
        private final List<Unreadable> faults = new ArrayList<>();
        private final List<Unreadable> unreadable = new ArrayList<>();
        private final List<Entry> entries = new ArrayList<>();
        private final List<Entry> outcomes = new ArrayList<>();

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
                        faults.add(new Unreadable(BUNDLE, MODIFIER, "an element of FHIR R4"));
                        tokens.skip();
                    }
                    default -> envelope.set(tokens.name(), tokens.tree());
                }
            }
            entries.addAll(outcomes);
            Resource bundle = around(envelope);
            List<Element> read = new ArrayList<>();
            for (Entry entry : entries) {
                Element bare = around(entry);
                read.add(entry.resource()
                        .map(resource -> bare.with(RESOURCE, resource))
                        .orElse(bare));
            }
            return new ReadBundle(
                    bundle.with(ENTRY, read), unreadable, faults.stream().findFirst());
        }

        private void entries() {
            if (tokens.isArray()) {
                for (int i = 0; tokens.nextValue(); i++) {
                    entry(i);
                }
            } else {
                faults.add(new Unreadable(BUNDLE, ENTRY, "an array of entries"));
                entry(0);
            }
        }

        private void entry(int index) {
            cancellation.run();
            if (!tokens.isObject()) {
                faults.add(new Unreadable(BUNDLE, ENTRY + "[" + index + "]", "an object"));
                tokens.skip();
                return;
            }
            ObjectNode around = JsonNodeFactory.instance.objectNode();
            Optional<Resource> resource = Optional.empty();
            boolean isReadable = true;
            while (tokens.nextProperty()) {
                if (!tokens.name().equals(RESOURCE)) {
                    around.set(tokens.name(), tokens.tree());
                } else if (!tokens.isNull()) {
                    resource = resource();
                    isReadable = resource.isPresent();
                }
            }
            if (isReadable) {
                entries.add(new Entry(index, around, resource));
            }
        }

        private Optional<Resource> resource() {
            OpenResource inner = OpenResource.of(tokens, longestString);
            if (inner.isBundle()) {
                ReadBundle nested = inner.readBundle(cancellation);
                unreadable.addAll(nested.unreadable());
                nested.fault().ifPresent(faults::add);
                return Optional.of(nested.bundle());
            }
            try {
                return Optional.of(inner.read());
            } catch (UnreadableResource e) {
                unreadable.add(e.unreadable());
                return Optional.empty();
            }
        }

        /** What R5 has beside the entries: an outcome that is about all of them. */
        private void outcome() {
            OpenResource issues = OpenResource.of(tokens, longestString);
            try {
                if (issues.type().equals("OperationOutcome")) {
                    outcomes.add(new Entry(0, JsonNodeFactory.instance.objectNode(), Optional.of(issues.read())));
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
                faults.add(e.unreadable());
                return Resource.of(BUNDLE);
            }
        }

        /** An entry without its resource; with its URL only if it cannot be read, which is named. */
        private Element around(Entry entry) {
            try {
                return new ElementReader(BUNDLE, longestString, new TreeTokens(entry.around())).entry(entry.index());
            } catch (UnreadableResource e) {
                faults.add(e.unreadable());
                JsonNode url = entry.around().path("fullUrl");
                Element bare = Element.of("Bundle.Entry");
                return url.isString() ? bare.with("fullUrl", url.stringValue()) : bare;
            }
        }
    }
}
