package dev.therapyfit.fhirserver.seed;

import java.time.LocalDate;
import java.time.Year;
import java.time.YearMonth;
import java.time.temporal.ChronoUnit;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.BaseDateTimeType;
import org.hl7.fhir.r4.model.Property;
import org.hl7.fhir.r4.model.Resource;

/**
 * Moves every date of a resource by the same number of days, so that a patient is as old, as long ill and as recently
 * measured on one day as the case says for another. Time of day, offset and precision stay.
 *
 * <p>A month or a year cannot be moved by days exactly: its middle (the 15th, the 1st of July) is moved, and the month
 * or year in which that comes to lie is taken. So it is off by half of its length at most, and a shift of a few days
 * leaves it as it is.
 */
final class DateShift {
    private final long days;

    private DateShift(long days) {
        this.days = days;
    }

    static DateShift between(LocalDate writtenFor, LocalDate asOf) {
        return new DateShift(ChronoUnit.DAYS.between(writtenFor, asOf));
    }

    /** Moves the dates inside, those of extensions and of contained resources too. */
    void apply(Resource resource) {
        move(resource);
    }

    private void move(Base element) {
        if (element instanceof BaseDateTimeType date && date.hasValue()) {
            date.setValueAsString(moved(date.getValueAsString()));
        }
        for (Property property : element.children()) {
            property.getValues().forEach(this::move);
        }
    }

    /** A FHIR {@code date}, {@code dateTime} or {@code instant}, moved. */
    String moved(String date) {
        return switch (date.length()) {
            case 4 ->
                Year.from(Year.parse(date).atMonth(7).atDay(1).plusDays(days)).toString();
            case 7 ->
                YearMonth.from(YearMonth.parse(date).atDay(15).plusDays(days)).toString();
            default -> LocalDate.parse(date.substring(0, 10)).plusDays(days) + date.substring(10);
        };
    }
}
