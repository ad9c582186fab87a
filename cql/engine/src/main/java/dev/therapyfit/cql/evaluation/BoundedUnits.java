package dev.therapyfit.cql.evaluation;

import java.math.BigDecimal;
import java.util.regex.Pattern;
import kotlin.Pair;
import org.cqframework.cql.cql2elm.ucum.UcumService;
import org.fhir.ucum.UcumException;

/**
 * Units of measure (UCUM) that can be worked out in time. The UCUM library takes minutes over a power such as
 * {@code 10*999}, and overflows the stack over thousands of parentheses; a chart may hold any text for a unit. One that is
 * refused here is as one that UCUM does not know: no quantity can be compared with it.
 */
final class BoundedUnits implements UcumService {
    private static final String REFUSED = "a unit beyond the bounds";
    private static final int LONGEST = 40;
    private static final int MOST_FACTORS = 5;

    /**
     * Exponents of three digits of ten, or of two of anything else; parentheses; and the power of pi, which takes longest.
     * Annotations in braces may hold anything.
     */
    private static final Pattern UNBOUNDED =
            Pattern.compile("10[*^][+-]?\\d{3}|(?<!\\d)(?!10[*^])[A-Za-z%\\]\"'_][*^+-]*\\d{2}|[()]|\\[pi\\]");

    private static final Pattern ANNOTATION = Pattern.compile("\\{[^{}]*\\}");
    private static final Pattern FACTOR = Pattern.compile("[./]");

    private final UcumService units;

    BoundedUnits(UcumService units) {
        this.units = units;
    }

    private static boolean isBounded(String unit) {
        if (unit.length() > LONGEST) {
            return false;
        }
        String bare = ANNOTATION.matcher(unit).replaceAll("");
        return FACTOR.split(bare, -1).length <= MOST_FACTORS
                && !UNBOUNDED.matcher(bare).find();
    }

    private static void require(String one, String other) {
        if (!isBounded(one) || !isBounded(other)) {
            BoundedUnits.<RuntimeException>fail(new UcumException(REFUSED));
        }
    }

    /** Throws what the interface, which is in Kotlin, does not declare, and those who call it expect. */
    @SuppressWarnings("unchecked")
    private static <E extends Exception> void fail(UcumException failure) throws E {
        throw (E) failure;
    }

    @Override
    public BigDecimal convert(BigDecimal value, String sourceUnit, String destinationUnit) {
        require(sourceUnit, destinationUnit);
        return units.convert(value, sourceUnit, destinationUnit);
    }

    @Override
    public String validate(String unit) {
        return isBounded(unit) ? units.validate(unit) : REFUSED;
    }

    @Override
    public Pair<BigDecimal, String> multiply(
            Pair<? extends BigDecimal, String> left, Pair<? extends BigDecimal, String> right) {
        require(left.getSecond(), right.getSecond());
        return units.multiply(left, right);
    }

    @Override
    public Pair<BigDecimal, String> divideBy(
            Pair<? extends BigDecimal, String> left, Pair<? extends BigDecimal, String> right) {
        require(left.getSecond(), right.getSecond());
        return units.divideBy(left, right);
    }
}
