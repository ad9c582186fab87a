package dev.therapyfit.cql.elm;

import dev.therapyfit.cql.terminology.Terminology;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What is known of one patient. */
public interface Data {
    /**
     * The resources of a type that carry at least one matching code.
     *
     * @param type FHIR resource type
     * @param codePath element that holds the code; null if every resource of the type is asked for
     * @param codes the codes that match; null if every resource of the type is asked for
     */
    List<?> retrieve(String type, @Nullable String codePath, @Nullable Predicate<Terminology.Code> codes);
}
