package dev.therapyfit.cql.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.therapyfit.cql.fhir.Element;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ValueDigestTest {
    @Test
    void values_that_look_alike_have_digests_of_their_own() {
        List<Object> values = new ArrayList<>(Arrays.asList(null, "", 1, 1L, "1", true, "true", new BigDecimal("1.0")));
        values.add(List.of());
        values.add(Map.of());
        values.add(List.of("a", "b"));
        values.add(List.of("ab"));
        values.add(List.of(List.of("a"), "b"));
        values.add(List.of(List.of("a", "b")));
        values.add(Map.of("a", "b"));
        values.add(Map.of("a", List.of("b")));
        values.add(Element.of("Quantity"));
        values.add(Element.of("Quantity").with("unit", "mg"));
        values.add(Element.of("Quantity").with("unit", "g"));

        assertThat(values).extracting(ValueDigest::of).doesNotHaveDuplicates();
    }

    @Test
    void the_same_value_has_the_same_digest() {
        assertThat(ValueDigest.of(List.of(Map.of("unit", Element.of("Quantity").with("unit", "mg")))))
                .isEqualTo(ValueDigest.of(
                        List.of(Map.of("unit", Element.of("Quantity").with("unit", "mg")))));
    }
}
