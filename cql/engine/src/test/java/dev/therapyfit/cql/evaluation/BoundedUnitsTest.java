package dev.therapyfit.cql.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.List;
import org.cqframework.cql.cql2elm.ucum.UcumService;
import org.cqframework.cql.cql2elm.ucum.UcumServiceJvmKt;
import org.fhir.ucum.UcumException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Conversions of units are those of the UCUM library, whether they are remembered or not. */
class BoundedUnitsTest {
    private static final UcumService LIBRARY =
            UcumServiceJvmKt.getDefaultLazyUcumService().getValue();
    private final BoundedUnits units = new BoundedUnits(LIBRARY);

    @ParameterizedTest
    @CsvSource({
        "mg/dL, mg/L",
        "mg/L, mg/dL",
        "10*3/uL, 10*9/L",
        "mmol/L, umol/L",
        "%, 1",
        "d, a",
        "a, mo",
        "[lb_av], kg",
        "[in_i], cm",
        "mm[Hg], kPa",
        "mL/min/{1.73_m2}, mL/s/{1.73_m2}"
    })
    void are_what_the_library_gives(String from, String to) {
        for (String number : List.of("0", "0.00", "1", "-3.50", "100", "7.0620", "123456.789", "0.00001")) {
            BigDecimal value = new BigDecimal(number);

            assertThat(units.convert(value, from, to))
                    .as(number + " " + from)
                    .isEqualByComparingTo(LIBRARY.convert(value, from, to));
        }
    }

    @Test
    void that_cannot_be_are_refused_again_and_again() {
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> units.convert(BigDecimal.TEN, "mg/dL", "mm/h"))
                    .isInstanceOf(UcumException.class);
            assertThatThrownBy(() -> units.convert(BigDecimal.TEN, "Cel", "[degF]"))
                    .isInstanceOf(UcumException.class);
        }
    }
}
