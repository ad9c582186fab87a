package dev.therapyfit.cql.fhir;

import java.math.BigDecimal;
import java.util.Set;

/** What a resource may hold so that it can be worked through in time. No clinical data come near. */
public final class Bounds {
    /** A number of so many digits, or of such an exponent, measures nothing of a patient. */
    public static final int DIGITS_OF_NO_MEASURE = 40;

    /** Resources of one type that are looked at, which takes some tenths of a second for so many. Of more the type is incomplete. */
    public static final int MOST_OF_A_TYPE = 10_000;

    /** Repetitions of one element: some are compared each with each. */
    public static final int MOST_REPETITIONS = 500;

    /** Entries of a Bundle, and contained resources. */
    private static final int MOST_RESOURCES = 20_000;

    /** Elements that hold resources. */
    private static final Set<String> RESOURCES = Set.of("entry", "contained");

    private Bounds() {}

    /** True for a number that no patient has; the decision that is kept could not be read again with it. */
    public static boolean isNoMeasure(BigDecimal number) {
        return number.precision() >= DIGITS_OF_NO_MEASURE
                || Math.abs((long) number.scale()) >= DIGITS_OF_NO_MEASURE
                || Math.abs((long) number.precision() - number.scale() - 1) >= DIGITS_OF_NO_MEASURE;
    }

    /** True if an element may not be repeated so often. */
    public static boolean isTooOften(String element, int repetitions) {
        return repetitions > (RESOURCES.contains(element) ? MOST_RESOURCES : MOST_REPETITIONS);
    }
}
