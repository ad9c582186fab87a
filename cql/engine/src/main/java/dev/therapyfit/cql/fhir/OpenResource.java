package dev.therapyfit.cql.fhir;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.util.TokenBuffer;

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
    private static final String URL = "fullUrl";
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

    /** Goes into the value that is there. If its type does not stand first, all of it is looked through for it. */
    static OpenResource of(Tokens tokens, int longestString) {
        int outside = tokens.isObject() ? tokens.depth() - 1 : tokens.depth();
        if (!tokens.isObject()) {
            tokens.skip();
            return new OpenResource("", tokens, outside, longestString);
        }
        if (!tokens.nextProperty()) {
            return new OpenResource("", tokens, outside, longestString);
        }
        if (tokens.name().equals(TYPE)) {
            String type = tokens.isString() ? tokens.value().getString() : "";
            tokens.skip();
            return new OpenResource(type, tokens, outside, longestString);
        }
        String type = "";
        Aside whole = new Aside();
        do {
            if (tokens.name().equals(TYPE) && tokens.isString()) {
                type = tokens.value().getString();
            }
            whole.put(tokens);
        } while (tokens.nextProperty());
        return new OpenResource(type, whole.tokens(), 0, longestString);
    }

    /** Properties of an object that are read later. */
    private static final class Aside {
        private final TokenBuffer buffer = TokenBuffer.forGeneration();

        Aside() {
            buffer.writeStartObject();
        }

        void put(Tokens property) {
            buffer.writeName(property.name());
            property.copyTo(buffer);
        }

        /** Its tokens, of which there may be no more now. */
        Tokens tokens() {
            buffer.writeEndObject();
            return Tokens.of(buffer);
        }
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

    /** An entry whose resource can be read, if it has one: where it stands, its URL, and what is around the resource. */
    private record Entry(int index, @Nullable String url, Aside around, Optional<Resource> resource) {}

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
            Aside envelope = new Aside();
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
                    default -> envelope.put(tokens);
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
            Aside around = new Aside();
            String url = null;
            Optional<Resource> resource = Optional.empty();
            boolean isReadable = true;
            while (tokens.nextProperty()) {
                if (!tokens.name().equals(RESOURCE)) {
                    url = tokens.name().equals(URL) && tokens.isString()
                            ? tokens.value().getString()
                            : url;
                    around.put(tokens);
                } else if (!tokens.isNull()) {
                    resource = resource();
                    isReadable = resource.isPresent();
                }
            }
            if (isReadable) {
                entries.add(new Entry(index, url, around, resource));
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
                    outcomes.add(new Entry(0, null, new Aside(), Optional.of(issues.read())));
                } else {
                    issues.skip();
                    faults.add(new Unreadable(BUNDLE, ISSUES, "an OperationOutcome"));
                }
            } catch (UnreadableResource e) {
                unreadable.add(e.unreadable());
            }
        }

        /** The Bundle without entries; an empty one if it cannot be read, which is named. */
        private Resource around(Aside envelope) {
            try {
                return (Resource) new ElementReader(BUNDLE, longestString, envelope.tokens()).of(FhirType.of(BUNDLE));
            } catch (UnreadableResource e) {
                faults.add(e.unreadable());
                return Resource.of(BUNDLE);
            }
        }

        /** An entry without its resource; with its URL only if it cannot be read, which is named. */
        private Element around(Entry entry) {
            try {
                return new ElementReader(BUNDLE, longestString, entry.around().tokens()).entry(entry.index());
            } catch (UnreadableResource e) {
                faults.add(e.unreadable());
                Element bare = Element.of("Bundle.Entry");
                return entry.url() == null ? bare : bare.with(URL, entry.url());
            }
        }
    }
}
