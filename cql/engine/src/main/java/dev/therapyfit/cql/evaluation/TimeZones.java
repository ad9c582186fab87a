package dev.therapyfit.cql.evaluation;

import dev.therapyfit.cql.fhir.Element;
import dev.therapyfit.cql.fhir.Primitive;
import dev.therapyfit.cql.record.Fact;
import dev.therapyfit.cql.record.Origin;
import dev.therapyfit.cql.record.PatientRecord;
import java.time.ZoneOffset;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.opencds.cqf.cql.engine.runtime.DateTime;

/** Where it is which day: the offset with which the orders of the call write their times. */
final class TimeZones {
    private TimeZones() {}

    /** The one offset of the call's own orders; UTC if they have none, or several. */
    static ZoneOffset of(PatientRecord record) {
        Set<ZoneOffset> offsets = record.facts().stream()
                .filter(fact -> fact.origin() == Origin.CONTEXT)
                .map(Fact::resource)
                .map(order -> order.without("meta")) // the server's clock, not the prescriber's
                .flatMap(TimeZones::offsets)
                .collect(Collectors.toSet());
        return offsets.size() == 1 ? offsets.iterator().next() : ZoneOffset.UTC;
    }

    private static Stream<ZoneOffset> offsets(Element element) {
        if (element instanceof Primitive primitive
                && primitive.value() != null
                && FhirTimes.of(primitive) instanceof DateTime moment
                && FhirTimes.isOfADay(moment.getPrecision())) {
            return Stream.of(moment.getDateTime().getOffset());
        }
        return element.children().flatMap(TimeZones::offsets);
    }
}
