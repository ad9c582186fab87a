package dev.therapyfit.cql.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.therapyfit.cql.fhir.FhirType;
import dev.therapyfit.cql.fhir.Primitive;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Dates and times, as FHIR writes them and as CQL has them. */
class FhirTimesTest {
    @ParameterizedTest
    @CsvSource({
        "date, 2026, 2026",
        "date, 2026-06, 2026-06",
        "date, 2026-06-15T09:00:00Z, 2026-06-15",
        "dateTime, 0001, 0001",
        "dateTime, 2026-06-15, 2026-06-15",
        "dateTime, 2026-06-15T09:00:00+02:00, 2026-06-15T09:00:00+02:00",
        "dateTime, 2026-06-15T09:00:00.5Z, 2026-06-15T09:00:00.500Z",
        "instant, 2026-06-15T09:00:00.1234567890-14:00, 2026-06-15T09:00:00.123-14:00",
        "dateTime, 2016-12-31T18:59:60-05:00, 2016-12-31T19:00:00-05:00",
        "dateTime, 9999-12-31T23:59:60Z, 9999-12-31T23:59:59Z",
        "time, 23:59:60.25, 23:59:59.250",
        "time, 09:30:00, 09:30:00"
    })
    void are_what_was_written(String type, String written, String read) {
        Object value = FhirTimes.of(new Primitive(FhirType.of(type), written));

        assertThat(value).isNotNull().extracting(FhirTimes::plain).isEqualTo(read);
    }
}
