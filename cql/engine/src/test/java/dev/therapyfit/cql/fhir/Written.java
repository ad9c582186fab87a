package dev.therapyfit.cql.fhir;

import java.util.Arrays;
import java.util.List;
import org.hl7.fhir.r4.model.Base;

/** Resources as tests write them, with HAPI's classes, and as the engine reads them. */
public final class Written {
    private Written() {}

    /** A resource as the engine reads it. */
    public static Resource read(org.hl7.fhir.r4.model.Resource written) {
        return (Resource) read((Base) written);
    }

    /** An element as the engine reads it. */
    public static Element read(Base written) {
        try {
            return HapiResources.ofHapi(written);
        } catch (UnreadableResource e) {
            throw new AssertionError(e);
        }
    }

    /** Resources as the engine reads them. */
    public static List<Resource> read(List<? extends org.hl7.fhir.r4.model.Resource> written) {
        return written.stream().map(Written::read).toList();
    }

    /** The same. */
    public static List<Resource> all(org.hl7.fhir.r4.model.Resource... written) {
        return read(Arrays.asList(written));
    }

    /** A resource of the engine as HAPI's class of its type, to be changed and {@link #read} again. */
    public static <T extends org.hl7.fhir.r4.model.Resource> T written(Resource read, Class<T> type) {
        return type.cast(HapiResources.toHapi(read));
    }

    /** The same, of whatever type. */
    public static org.hl7.fhir.r4.model.Resource written(Resource read) {
        return HapiResources.toHapi(read);
    }
}
