package dev.therapyfit.cql.elm;

import java.math.BigDecimal;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.opencds.cqf.cql.engine.runtime.Code;
import org.opencds.cqf.cql.engine.runtime.Concept;
import org.opencds.cqf.cql.engine.runtime.Date;
import org.opencds.cqf.cql.engine.runtime.DateTime;
import org.opencds.cqf.cql.engine.runtime.Quantity;

/** Whether two values are one for all that CQL can ask. False if in doubt, such as for kinds of values that are not known here. */
final class SameValue {
    private SameValue() {}

    static boolean of(@Nullable Object one, @Nullable Object other) {
        if (one == other) {
            return true;
        }
        if (one instanceof Row row) {
            return other instanceof Row with && row.isSame(with);
        }
        if (one instanceof List<?> list) {
            return other instanceof List<?> with && of(list, with);
        }
        if (one == null || other == null || one.getClass() != other.getClass()) {
            return false;
        }
        if (one instanceof String
                || one instanceof Boolean
                || one instanceof Integer
                || one instanceof Long
                || one instanceof BigDecimal) {
            return one.equals(other);
        }
        if (one instanceof Code code) {
            return of(code, (Code) other);
        }
        if (one instanceof Concept concept) {
            return Objects.equals(concept.getDisplay(), ((Concept) other).getDisplay())
                    && of(concept.getCodes(), ((Concept) other).getCodes());
        }
        if (one instanceof Quantity quantity) {
            return of(quantity.getValue(), ((Quantity) other).getValue())
                    && Objects.equals(quantity.getUnit(), ((Quantity) other).getUnit());
        }
        if (one instanceof DateTime instant) {
            return instant.getPrecision() == ((DateTime) other).getPrecision()
                    && Objects.equals(instant.getDateTime(), ((DateTime) other).getDateTime());
        }
        return one instanceof Date day
                && day.getPrecision() == ((Date) other).getPrecision()
                && Objects.equals(day.getDate(), ((Date) other).getDate());
    }

    private static boolean of(List<?> one, List<?> other) {
        if (one.size() != other.size()) {
            return false;
        }
        Iterator<?> with = other.iterator();
        for (Object element : one) {
            if (!of(element, with.next())) {
                return false;
            }
        }
        return true;
    }

    private static boolean of(Code one, Code other) {
        return Objects.equals(one.getCode(), other.getCode())
                && Objects.equals(one.getSystem(), other.getSystem())
                && Objects.equals(one.getVersion(), other.getVersion())
                && Objects.equals(one.getDisplay(), other.getDisplay());
    }
}
