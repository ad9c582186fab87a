package dev.therapyfit.cql.fhir;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A FHIR R4 resource. */
public final class Resource extends Element {
    Resource(FhirType type, @Nullable Object[] values) {
        super(type, values);
    }

    /** One of a type, without elements. */
    public static Resource of(String type) {
        return (Resource) Element.of(type);
    }

    /** Its id on its server. */
    public Optional<String> id() {
        return text("id");
    }

    /** As others refer to it, for example {@code Observation/o1-kl}. */
    public String reference() {
        return type().name() + "/" + id().orElse("");
    }

    /** True if it is of this very type. */
    public boolean isOf(String typeName) {
        return type().name().equals(typeName);
    }

    /** The resources that it contains. */
    public List<Resource> contained() {
        return all("contained").stream().map(Resource.class::cast).toList();
    }

    @Override
    public Resource with(String name, List<? extends Element> elements) {
        return (Resource) super.with(name, elements);
    }

    @Override
    public Resource with(String name, Element element) {
        return (Resource) super.with(name, element);
    }

    @Override
    public Resource with(String name, String value) {
        return (Resource) super.with(name, value);
    }

    @Override
    public Resource without(String... names) {
        return (Resource) super.without(names);
    }

    @Override
    public Resource adding(String name, Element element) {
        return (Resource) super.adding(name, element);
    }

    @Override
    Resource copied(@Nullable Object[] other) {
        return new Resource(type(), other);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return super.equals(other);
    }

    /** Of its reference only, since that tells nearly all apart. */
    @Override
    public int hashCode() {
        return reference().hashCode();
    }
}
