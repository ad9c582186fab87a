package dev.therapyfit.cql.fhir;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A type of FHIR R4 and its elements. Parts of types have names as CQL's model of FHIR gives them, such as {@code
 * Observation.Component}. There is one object for each type.
 */
public final class FhirType {
    private final String name;
    private final String suffix;
    private final Kind kind;
    private final @Nullable FhirType base;
    private final List<Child> children;
    private final Map<String, Child> byName = new HashMap<>();
    private final Map<String, Field> byField = new HashMap<>();

    /** What a type is. */
    public enum Kind {
        /** A value, with an id and extensions at most. */
        PRIMITIVE,
        /** Elements of an element. */
        COMPLEX,
        /** A resource. */
        RESOURCE
    }

    /**
     * An element of a type.
     *
     * @param index its place among the elements of its type, in FHIR's order
     * @param name without {@code [x]}
     * @param isList true if it may be repeated
     * @param isChoice true if it may have several types
     */
    public record Child(int index, String name, boolean isList, boolean isChoice) {}

    /**
     * An element as JSON names it: one of each type that it may have.
     *
     * @param name the name in JSON, for example {@code valueQuantity}
     * @param child the element
     * @param typeName the type
     * @param codes the codes that FHIR allows; null if there is no such list
     */
    record Field(
            String name,
            Child child,
            String typeName,
            @Nullable Set<String> codes) {
        FhirType type() {
            return FhirType.of(typeName);
        }
    }

    FhirType(String name, Kind kind, @Nullable FhirType base, List<String[]> elements) {
        this.name = name;
        this.suffix = Character.toUpperCase(name.charAt(0)) + name.substring(1);
        this.kind = kind;
        this.base = base;
        List<Child> all = new ArrayList<>();
        if (base != null) {
            all.addAll(base.children);
            byName.putAll(base.byName);
            byField.putAll(base.byField);
        }
        for (String[] element : elements) {
            add(element, all);
        }
        this.children = List.copyOf(all);
    }

    /** One line of the table: name, how often, types, and a list of codes. */
    private void add(String[] words, List<Child> all) {
        boolean isChoice = words[0].endsWith("[x]");
        String plain = isChoice ? words[0].substring(0, words[0].length() - "[x]".length()) : words[0];
        Child child = new Child(all.size(), plain, words[1].equals("*"), isChoice);
        all.add(child);
        byName.put(plain, child);
        Set<String> codes = null;
        if (words[words.length - 1].startsWith("=")) {
            codes = FhirTypes.codes(words[words.length - 1].substring(1));
        }
        for (int i = 2; i < words.length; i++) {
            String type = words[i];
            if (!type.startsWith("=")) {
                String field = isChoice ? plain + Character.toUpperCase(type.charAt(0)) + type.substring(1) : plain;
                byField.put(field, new Field(field, child, type, codes));
            }
        }
    }

    /**
     * A type by its name.
     *
     * @throws IllegalArgumentException if FHIR R4 has none
     */
    public static FhirType of(String name) {
        return find(name).orElseThrow(() -> new IllegalArgumentException("FHIR R4 has no type " + name));
    }

    /** The same, empty if FHIR R4 has none. */
    public static Optional<FhirType> find(String name) {
        return FhirTypes.find(name);
    }

    public String name() {
        return name;
    }

    public Kind kind() {
        return kind;
    }

    /** Every element, in FHIR's order. */
    List<Child> children() {
        return children;
    }

    /** The element of a name, of whatever type it may be; null if there is none. */
    public @Nullable Child child(String element) {
        return byName.get(element);
    }

    /** Every element, under each of its names in JSON. */
    Collection<Field> fields() {
        return byField.values();
    }

    /** The element that JSON calls so; null if there is none. */
    @Nullable
    Field field(String json) {
        return byField.get(json);
    }

    /** What JSON puts behind the name of a choice for a value of this type. */
    String suffix() {
        return suffix;
    }

    /** True if this is the other type, or one that specialises it. */
    public boolean isA(FhirType other) {
        return this == other || (base != null && base.isA(other));
    }

    /** True for {@code Resource} and {@code DomainResource}, which no resource is as such, and no other type. */
    boolean isAbstract() {
        return kind == Kind.RESOURCE && (name.equals("Resource") || name.equals("DomainResource"));
    }

    @Override
    public String toString() {
        return name;
    }
}
