package dev.therapyfit.cql.record;

import dev.therapyfit.cql.fhir.Resource;
import java.util.stream.Stream;
import org.hl7.fhir.instance.model.api.IIdType;

/** Resources that a resource contains. */
public final class Contained {
    private Contained() {}

    /** Those that a reference such as {@code #id} of the holder means. */
    public static Stream<Resource> named(IIdType id, Resource holder) {
        String wanted = bare(String.valueOf(id.getIdPart()));
        return holder.contained().stream()
                .filter(inner -> wanted.equals(bare(inner.id().orElse(""))));
    }

    /** Some write the '#' in the id itself too. */
    private static String bare(String id) {
        return id.startsWith("#") ? id.substring(1) : id;
    }
}
