package dev.therapyfit.cql.fhir;

import dev.therapyfit.cql.fhir.FhirType.Child;
import dev.therapyfit.cql.fhir.FhirType.Field;
import dev.therapyfit.cql.fhir.FhirType.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads one resource, in one pass over the tokens of its JSON. Used once. */
final class ElementReader {
    private static final String MEASURE = "a number of fewer than " + Bounds.DIGITS_OF_NO_MEASURE
            + " digits, with an exponent below " + Bounds.DIGITS_OF_NO_MEASURE;

    private static final String NO_ELEMENT = "an element of FHIR R4";
    private static final String NO_RESOURCE = "a resource of FHIR R4";

    /** Types that are long lists by what they are; no patient has one. */
    private static final Set<String> LISTS = Set.of("ValueSet", "CodeSystem", "ConceptMap");

    /** Elements of a resource, values too: whatever is worked through more than once stays short. */
    private static final int MOST_ELEMENTS = 20_000;

    /** Characters of words that rules look into, or that name something. */
    private static final Map<String, Integer> LONGEST =
            Map.of("text", 4_000, "display", 4_000, "id", 300, "versionId", 300, "code", 300, "system", 2_000);

    /** No rule looks into what people write for people. */
    private static final Set<String> NOTES = Set.of("note", "comment");

    /** Of contained resources each is looked for among all others. */
    private static final int MOST_CONTAINED = 200;

    private static final int LONGEST_NAME = 60;

    /** What is skipped: narrative stands in every resource, comments stood in elements of DSTU2. */
    private static final Set<String> SKIPPED_OF_RESOURCES = Set.of("resourceType", "text", "_text");

    private static final String COMMENTS = "fhir_comments";

    /** What may stand beside a primitive. */
    private static final Set<String> BESIDES = Set.of("id", "extension");

    private final String resourceType;
    private final int longestString;
    private Tokens tokens;
    private int elements;

    /**
     * @param resourceType of the resource that faults are told of
     * @param tokens in an object, or at its first
     */
    ElementReader(String resourceType, int longestString, Tokens tokens) {
        this.resourceType = resourceType;
        this.longestString = longestString;
        this.tokens = tokens;
    }

    /**
     * Where something stands.
     *
     * @param outer what it stands in; null for the resource
     * @param index among its repetitions; -1 if there are none
     */
    private record Place(@Nullable Place outer, String name, int index) {
        static final Place ROOT = new Place(null, "", -1);

        Place inner(String element) {
            return new Place(this, element, -1);
        }

        Place repetition(int of) {
            return new Place(outer, name, of);
        }

        /** As a path below the resource. */
        String path() {
            String own = index < 0 ? name : name + "[" + index + "]";
            String before = outer == null ? "" : outer.path();
            return before.isEmpty() ? own : own.isEmpty() ? before : before + "." + own;
        }

        boolean isNote() {
            return name.equals("text") && outer != null && NOTES.contains(outer.name);
        }
    }

    /** Reads an element of a type that is not primitive, or what is left of it. */
    Element of(FhirType type) throws UnreadableResource {
        return object(type, Place.ROOT);
    }

    /** Reads an entry of a Bundle, which stands there in that place. */
    Element entry(int index) throws UnreadableResource {
        return object(FhirType.of("Bundle.Entry"), Place.ROOT.inner("entry").repetition(index));
    }

    private Element resource(Place at) throws UnreadableResource {
        OpenResource inner = OpenResource.of(tokens, longestString);
        if (!ResourceReader.isResource(inner.type())) {
            throw fault(at, NO_RESOURCE);
        }
        Tokens outer = tokens;
        tokens = inner.tokens();
        Element resource = object(FhirType.of(inner.type()), at);
        tokens = outer;
        return resource;
    }

    private Element object(FhirType type, Place at) throws UnreadableResource {
        Values values = new Values(type, at);
        while (tokens.nextProperty()) {
            String name = tokens.name();
            count();
            if (name.equals(COMMENTS) || (type.kind() == Kind.RESOURCE && SKIPPED_OF_RESOURCES.contains(name))) {
                tokens.skip();
            } else if (!tokens.isNull()) {
                values.read(name);
            }
        }
        return Element.made(type, values.whole());
    }

    /** The elements of an element, as far as they are read. */
    private final class Values {
        private final FhirType type;
        private final Place at;
        private final @Nullable Object[] values;

        /** Of elements that may have several types: the one that was chosen. */
        private @Nullable Map<Child, Field> choices;

        /** What stands beside primitives, their ids and extensions: an element, or a list of some. */
        private @Nullable Map<Field, Object> besides;

        Values(FhirType type, Place at) {
            this.type = type;
            this.at = at;
            this.values = new @Nullable Object[type.children().size()];
        }

        /** Reads a property that is not null. */
        void read(String name) throws UnreadableResource {
            boolean isBeside = name.startsWith("_");
            Field field = type.field(isBeside ? name.substring(1) : name);
            if (field == null || !(isBeside ? canHaveBeside(field) : canHave(field))) {
                throw fault(at.inner(shortened(name)), NO_ELEMENT);
            }
            Child child = field.child();
            Place there = at.inner(name);
            if (child.isChoice()) {
                choose(field, isBeside ? there : at.inner(child.name()));
            }
            if (isBeside) {
                Object beside = child.isList() ? list(field, true, there) : beside(field, there);
                besides = besides == null ? new LinkedHashMap<>() : besides;
                besides.put(field, beside);
            } else {
                values[child.index()] =
                        child.isList() ? list(field, false, there) : single(field, type.kind() == Kind.RESOURCE, there);
            }
        }

        /** A primitive has no more here than what stands beside its value. */
        private boolean canHave(Field field) {
            return type.kind() != Kind.PRIMITIVE || BESIDES.contains(field.name());
        }

        private boolean canHaveBeside(Field field) {
            return type.kind() != Kind.PRIMITIVE && field.type().kind() == Kind.PRIMITIVE;
        }

        private void choose(Field field, Place there) throws UnreadableResource {
            choices = choices == null ? new HashMap<>() : choices;
            Field chosen = choices.putIfAbsent(field.child(), field);
            if (chosen != null && !chosen.name().equals(field.name())) {
                throw fault(there, "one value, not two");
            }
        }

        /** All of them, by their places; what is behind the last is left out. */
        @Nullable
        Object[] whole() {
            if (besides != null) {
                besides.forEach((field, beside) -> {
                    int index = field.child().index();
                    values[index] = field.child().isList()
                            ? joined((List<?>) values[index], (List<?>) beside)
                            : joined(values[index], beside);
                });
            }
            int length = 0;
            for (int i = 0; i < values.length; i++) {
                if (values[i] instanceof List<?> list) {
                    values[i] = withoutGaps(list);
                }
                length = values[i] == null ? length : i + 1;
            }
            return Arrays.copyOf(values, length);
        }

        /** Place by place. */
        private static List<@Nullable Object> joined(@Nullable List<?> list, List<?> besides) {
            List<?> given = list == null ? List.of() : list;
            List<@Nullable Object> joined = new ArrayList<>();
            for (int i = 0; i < Math.max(given.size(), besides.size()); i++) {
                joined.add(joined(i < given.size() ? given.get(i) : null, i < besides.size() ? besides.get(i) : null));
            }
            return joined;
        }

        private static @Nullable Object joined(@Nullable Object value, @Nullable Object beside) {
            if (value == null || beside == null) {
                return value == null ? beside : value;
            }
            return ((Primitive) beside).withValue(((Primitive) value).value());
        }

        private static @Nullable List<?> withoutGaps(List<?> list) {
            List<?> filled =
                    list.contains(null) ? list.stream().filter(Objects::nonNull).toList() : List.copyOf(list);
            return filled.isEmpty() ? null : filled;
        }
    }

    private @Nullable Element single(Field field, boolean isOfResource, Place at) throws UnreadableResource {
        if (tokens.isArray()) {
            throw fault(at, "one value, not an array");
        }
        Element element = element(field, at);
        if (isOfResource
                && field.name().equals("id")
                && element instanceof Primitive id
                && String.valueOf(id.value()).indexOf('/') >= 0) {
            // two findings could become one, and the other be lost
            throw fault(at, "a FHIR id, without a path");
        }
        return element;
    }

    /** The values of a repeated element, or what stands beside them; null in a place without. One value may stand for all. */
    private List<@Nullable Element> list(Field field, boolean isBeside, Place at) throws UnreadableResource {
        List<@Nullable Element> read = new ArrayList<>();
        if (!tokens.isArray()) {
            Kind kind = field.type().kind();
            if (!isBeside && (kind == Kind.PRIMITIVE) == tokens.isObject()) {
                throw fault(at, kind == Kind.RESOURCE ? "an array of resources" : "an array");
            }
            count();
            read.add(isBeside ? beside(field, at) : element(field, at));
            return read;
        }
        while (tokens.nextValue()) {
            count();
            requireRoom(field, read.size() + 1, at);
            Place there = at.repetition(read.size());
            read.add(tokens.isNull() ? null : isBeside ? beside(field, there) : element(field, there));
        }
        return read;
    }

    private void requireRoom(Field field, int length, Place at) throws UnreadableResource {
        if (field.type().kind() == Kind.RESOURCE && length > MOST_CONTAINED) {
            throw fault(at, "at most " + MOST_CONTAINED + " resources");
        }
        if (!LISTS.contains(resourceType) && Bounds.isTooOften(field.name(), length)) {
            throw fault(at, "at most " + Bounds.MOST_REPETITIONS + " of it");
        }
    }

    /** One value. Null for narrative and binary data, which no rule needs, and for what holds nothing. */
    private @Nullable Element element(Field field, Place at) throws UnreadableResource {
        FhirType type = field.type();
        if (type.kind() == Kind.PRIMITIVE) {
            return primitive(field, type, at);
        }
        if (type.kind() == Kind.RESOURCE) {
            return resource(at);
        }
        if (!tokens.isObject()) {
            throw fault(at, "an object");
        }
        if (type.name().equals("Narrative")) {
            tokens.skip();
            return null;
        }
        Element element = object(type, at);
        if (type.name().equals("Extension") && element.text("url").isEmpty()) {
            throw fault(at.inner("url"), "the URL of the extension");
        }
        return element.isEmpty() ? null : element;
    }

    private @Nullable Primitive primitive(Field field, FhirType type, Place at) throws UnreadableResource {
        boolean isBinary = type.name().equals("base64Binary");
        boolean isPhoto = isBinary && resourceType.equals("Patient"); // which keeps nobody from being read
        if (!isPhoto && tokens.isString() && tokens.stringLength() > longestString) {
            throw fault(at, "at most " + longestString + " characters");
        }
        if (isBinary || type.name().equals("xhtml")) {
            tokens.skip();
            return null;
        }
        requireLength(field, at);
        Object read = value(type, at);
        if (field.codes() != null && !field.codes().contains(read)) {
            throw fault(at, "a code of FHIR R4");
        }
        return new Primitive(type, read);
    }

    private Object value(FhirType type, Place at) throws UnreadableResource {
        if (tokens.isNumber() && Bounds.isNoMeasure(tokens.decimal())) {
            throw fault(at, MEASURE);
        }
        Object value = Primitives.value(type.name(), tokens);
        if (value == null) {
            throw fault(at, Primitives.expected(type.name()));
        }
        return value;
    }

    private void requireLength(Field field, Place at) throws UnreadableResource {
        Integer longest = tokens.isString() ? LONGEST.get(field.name()) : null;
        if (longest != null && tokens.stringLength() > longest && !at.isNote()) {
            throw fault(at, "at most " + longest + " characters");
        }
    }

    /** What stands beside a primitive; null if it holds nothing. */
    private @Nullable Element beside(Field field, Place at) throws UnreadableResource {
        if (!tokens.isObject()) {
            throw fault(at, "an object");
        }
        Element beside = object(field.type(), at);
        return beside.isEmpty() ? null : beside;
    }

    private void count() throws UnreadableResource {
        elements++;
        if (elements > MOST_ELEMENTS) {
            throw fault(Place.ROOT, "at most " + MOST_ELEMENTS + " elements");
        }
    }

    private static String shortened(String name) {
        String plain = name.replaceAll("[^A-Za-z0-9_.-]", "?");
        return plain.length() <= LONGEST_NAME ? plain : plain.substring(0, LONGEST_NAME) + "...";
    }

    private UnreadableResource fault(Place at, String expected) {
        return new UnreadableResource(new Unreadable(resourceType, at.path(), expected));
    }
}
