package dev.therapyfit.cql.evaluation;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import kotlin.Pair;
import org.cqframework.cql.cql2elm.ucum.UcumService;
import org.fhir.ucum.UcumException;
import org.jspecify.annotations.Nullable;

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

    /** So many pairs of units are remembered. */
    private static final int MOST_REMEMBERED = 10_000;

    /** By these it is seen that a conversion only multiplies. */
    private static final List<BigDecimal> PROBES = List.of(BigDecimal.TEN, new BigDecimal("7.5"));

    private final UcumService units;

    /**
     * What is known of conversions. The UCUM library takes up to some milliseconds for one, and a third of one to refuse
     * it, which for a chart of a thousand resources was most of the time of its evaluation.
     */
    private final Map<Conversion, Known> known = new ConcurrentHashMap<>();

    private record Conversion(String from, String to) {}

    /**
     * What is known of a conversion.
     *
     * @param isPossible false if UCUM refuses it whatever the value is
     * @param factor a power of ten that it multiplies by; null if it is not so simple
     */
    private record Known(boolean isPossible, @Nullable BigDecimal factor) {}

    /** Thrown for many a result of a chart: without a stack trace, which nobody reads. */
    private static final class Refusal extends UcumException {
        private static final long serialVersionUID = 1L;

        Refusal(String message) {
            super(message);
        }

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }

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
            BoundedUnits.<RuntimeException>fail(new Refusal(REFUSED));
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
        Known conversion = known(new Conversion(sourceUnit, destinationUnit));
        if (!conversion.isPossible()) {
            BoundedUnits.<RuntimeException>fail(new Refusal("not convertible"));
        }
        return conversion.factor() == null
                ? units.convert(value, sourceUnit, destinationUnit)
                : plain(value.multiply(conversion.factor()));
    }

    private Known known(Conversion conversion) {
        Known before = known.get(conversion);
        if (before != null) {
            return before;
        }
        Known found = found(conversion);
        if (known.size() < MOST_REMEMBERED) {
            known.put(conversion, found);
        }
        return found;
    }

    private Known found(Conversion conversion) {
        try {
            BigDecimal factor = plain(units.convert(BigDecimal.ONE, conversion.from(), conversion.to()));
            boolean isPowerOfTen = factor.stripTrailingZeros().unscaledValue().equals(BigInteger.ONE);
            for (BigDecimal probe : PROBES) {
                isPowerOfTen = isPowerOfTen
                        && units.convert(probe, conversion.from(), conversion.to())
                                        .compareTo(probe.multiply(factor))
                                == 0;
            }
            return new Known(true, isPowerOfTen ? factor : null);
        } catch (Exception e) {
            return new Known(false, null); // the interface, which is in Kotlin, does not declare what it throws
        }
    }

    /** Without zeros at the end, of which the library writes some or others. */
    private static BigDecimal plain(BigDecimal value) {
        BigDecimal stripped = value.stripTrailingZeros();
        return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
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
