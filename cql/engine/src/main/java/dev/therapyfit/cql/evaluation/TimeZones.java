package dev.therapyfit.cql.evaluation;

import dev.therapyfit.cql.record.Fact;
import dev.therapyfit.cql.record.Origin;
import dev.therapyfit.cql.record.PatientRecord;
import java.time.ZoneOffset;
import java.util.Set;
import java.util.TimeZone;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.BaseDateTimeType;

/** Where it is which day: the offset with which the orders of the call write their times. */
final class TimeZones {
    private TimeZones() {}

    /** The one offset of the call's own orders; UTC if they have none, or several. */
    static ZoneOffset of(PatientRecord record) {
        Set<Integer> offsets = record.facts().stream()
                .filter(fact -> fact.origin() == Origin.CONTEXT)
                .map(Fact::resource)
                .flatMap(TimeZones::offsets)
                .collect(Collectors.toSet());
        return offsets.size() == 1
                ? ZoneOffset.ofTotalSeconds(offsets.iterator().next())
                : ZoneOffset.UTC;
    }

    private static Stream<Integer> offsets(Base element) {
        if (element instanceof BaseDateTimeType moment) {
            TimeZone zone = moment.getTimeZone();
            return moment.hasValue() && moment.hasTime() && zone != null
                    ? Stream.of(zone.getRawOffset() / 1000)
                    : Stream.empty();
        }
        return element.children().stream()
                .filter(property -> !property.getName().equals("meta")) // the server's clock, not the prescriber's
                .flatMap(property -> property.getValues().stream())
                .flatMap(TimeZones::offsets);
    }
}
