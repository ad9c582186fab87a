package dev.therapyfit.cql.evaluation;

import dev.therapyfit.cql.evaluation.ClauseCounter.Clause;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.namespace.QName;
import org.hl7.elm.r1.After;
import org.hl7.elm.r1.And;
import org.hl7.elm.r1.Before;
import org.hl7.elm.r1.BinaryExpression;
import org.hl7.elm.r1.Coalesce;
import org.hl7.elm.r1.Equal;
import org.hl7.elm.r1.Equivalent;
import org.hl7.elm.r1.Exists;
import org.hl7.elm.r1.Expression;
import org.hl7.elm.r1.Greater;
import org.hl7.elm.r1.GreaterOrEqual;
import org.hl7.elm.r1.In;
import org.hl7.elm.r1.InValueSet;
import org.hl7.elm.r1.Interval;
import org.hl7.elm.r1.IsFalse;
import org.hl7.elm.r1.IsNull;
import org.hl7.elm.r1.IsTrue;
import org.hl7.elm.r1.Less;
import org.hl7.elm.r1.LessOrEqual;
import org.hl7.elm.r1.Library;
import org.hl7.elm.r1.Literal;
import org.hl7.elm.r1.Not;
import org.hl7.elm.r1.Or;
import org.hl7.elm.r1.Quantity;
import org.hl7.elm.r1.Query;
import org.hl7.elm.r1.SameOrAfter;
import org.hl7.elm.r1.SameOrBefore;
import org.hl7.elm.r1.ValueSetDef;
import org.hl7.elm.r1.ValueSetRef;

/** Small faults that a person may make: limits off by one, the wrong comparison, a condition or a filter forgotten. */
final class MutationOperators {
    private static final String ELM_TYPES = "urn:hl7-org:elm-types:r1";

    private static final String CONDITION = "condition";
    private static final String COMPARISON = "comparison";
    private static final String LIMIT = "limit";
    private static final String NOT = "not";

    private final Map<String, List<String>> valueSets = new HashMap<>();

    private final NullAsFalse nulls;

    /**
     * @param asked the library whose expressions are asked for
     */
    MutationOperators(List<Library> libraries, String asked) {
        this.nulls = new NullAsFalse(libraries, asked);
        libraries.forEach(library -> valueSets.put(
                String.valueOf(library.getIdentifier().getId()),
                library.getValueSets() == null
                        ? List.of()
                        : library.getValueSets().getDef().stream()
                                .map(ValueSetDef::getName)
                                .map(String::valueOf)
                                .toList()));
    }

    /**
     * A fault.
     *
     * @param elm what stands there instead
     * @param kind what is mistaken
     * @param change what stands there instead, in words
     */
    record Mutation(Expression elm, String kind, String change) {}

    /** The faults that an expression may have. */
    List<Mutation> of(Expression elm, Clause clause) {
        List<Mutation> mutations = new ArrayList<>();
        if (elm instanceof Literal literal) {
            limits(literal, mutations);
        } else if (elm instanceof Quantity quantity && quantity.getValue() != null) {
            limits(quantity, mutations);
        } else if (elm instanceof And and) {
            conditions(and, new Or().withOperand(and.getOperand()), "or", mutations);
        } else if (elm instanceof Or or) {
            conditions(or, new And().withOperand(or.getOperand()), "and", mutations);
        } else if (elm instanceof Not not && not.getOperand() != null) {
            add(not.getOperand(), NOT, "without not", mutations);
        } else if (elm instanceof BinaryExpression binary && comparison(binary, mutations)) {
            nullAsFalse(elm, mutations);
        } else if (elm instanceof In || elm instanceof InValueSet) {
            negated(elm, mutations);
            nullAsFalse(elm, mutations);
            if (elm instanceof InValueSet in) {
                otherValueSet(in, clause, mutations);
            }
        } else if (elm instanceof Exists || elm instanceof IsNull || elm instanceof IsTrue || elm instanceof IsFalse) {
            negated(elm, mutations);
        } else if (elm instanceof Interval interval && interval.getLow() != null && interval.getHigh() != null) {
            ends(interval, mutations);
        } else if (elm instanceof Query query && query.getWhere() != null) {
            add(withoutWhere(query), "where", "without where", mutations);
        }
        return mutations;
    }

    private static void add(Expression elm, String kind, String change, List<Mutation> mutations) {
        mutations.add(new Mutation(elm, kind, change));
    }

    private static void negated(Expression elm, List<Mutation> mutations) {
        add(new Not().withOperand(elm), NOT, "negated", mutations);
    }

    private void nullAsFalse(Expression elm, List<Mutation> mutations) {
        if (!nulls.couldMatter(elm)) {
            return;
        }
        Expression no = new Literal().withValue("false").withValueType(new QName(ELM_TYPES, "Boolean"));
        add(new Coalesce().withOperand(List.of(elm, no)), "null", "null is false", mutations);
    }

    private static void limits(Literal literal, List<Mutation> mutations) {
        String type =
                literal.getValueType() == null ? "" : literal.getValueType().getLocalPart();
        if ((type.equals("Integer") || type.equals("Decimal")) && literal.getValue() != null) {
            BigDecimal value = new BigDecimal(literal.getValue());
            for (BigDecimal other : beside(value)) {
                add(
                        new Literal().withValue(other.toPlainString()).withValueType(literal.getValueType()),
                        LIMIT,
                        other.toPlainString(),
                        mutations);
            }
        }
    }

    private static void limits(Quantity quantity, List<Mutation> mutations) {
        for (BigDecimal other : beside(quantity.getValue())) {
            add(
                    new Quantity().withValue(other).withUnit(quantity.getUnit()),
                    LIMIT,
                    other.toPlainString() + " " + quantity.getUnit(),
                    mutations);
        }
    }

    /** The next number of the same digits on each side. */
    private static List<BigDecimal> beside(BigDecimal value) {
        BigDecimal step = BigDecimal.ONE.scaleByPowerOfTen(-Math.max(value.scale(), 0));
        return List.of(value.subtract(step), value.add(step));
    }

    /** The other operator; and each condition forgotten. Of a chain each is forgotten once. */
    private void conditions(BinaryExpression chain, Expression other, String operator, List<Mutation> mutations) {
        Expression left = chain.getOperand().get(0);
        add(other, CONDITION, operator, mutations);
        add(left, CONDITION, "without the right condition", mutations);
        if (left.getClass() != chain.getClass()) {
            add(chain.getOperand().get(1), CONDITION, "without the left condition", mutations);
        }
        nullAsFalse(chain, mutations);
    }

    private static boolean comparison(BinaryExpression elm, List<Mutation> mutations) {
        List<Expression> operands = elm.getOperand();
        if (elm instanceof Less) {
            add(new LessOrEqual().withOperand(operands), COMPARISON, "<=", mutations);
        } else if (elm instanceof LessOrEqual) {
            add(new Less().withOperand(operands), COMPARISON, "<", mutations);
        } else if (elm instanceof Greater) {
            add(new GreaterOrEqual().withOperand(operands), COMPARISON, ">=", mutations);
        } else if (elm instanceof GreaterOrEqual) {
            add(new Greater().withOperand(operands), COMPARISON, ">", mutations);
        } else if (elm instanceof Before before) {
            add(
                    new SameOrBefore().withOperand(operands).withPrecision(before.getPrecision()),
                    COMPARISON,
                    "same or before",
                    mutations);
        } else if (elm instanceof SameOrBefore before) {
            add(
                    new Before().withOperand(operands).withPrecision(before.getPrecision()),
                    COMPARISON,
                    "before",
                    mutations);
        } else if (elm instanceof After after) {
            add(
                    new SameOrAfter().withOperand(operands).withPrecision(after.getPrecision()),
                    COMPARISON,
                    "same or after",
                    mutations);
        } else if (elm instanceof SameOrAfter after) {
            add(new After().withOperand(operands).withPrecision(after.getPrecision()), COMPARISON, "after", mutations);
        } else if (!(elm instanceof Equal || elm instanceof Equivalent)) {
            return false;
        }
        negated(elm, mutations);
        return true;
    }

    private void otherValueSet(InValueSet elm, Clause clause, List<Mutation> mutations) {
        ValueSetRef ref = elm.getValueset();
        List<String> names = ref == null || ref.getLibraryName() != null
                ? List.of()
                : valueSets.getOrDefault(clause.library(), List.of());
        int place = ref == null ? -1 : names.indexOf(String.valueOf(ref.getName()));
        if (place >= 0 && names.size() > 1) {
            String other = names.get((place + 1) % names.size());
            add(
                    new InValueSet().withCode(elm.getCode()).withValueset(new ValueSetRef().withName(other)),
                    "value-set",
                    "in \"" + other + "\"",
                    mutations);
        }
    }

    private static void ends(Interval interval, List<Mutation> mutations) {
        for (boolean low : new boolean[] {true, false}) {
            boolean isClosed = Boolean.TRUE.equals(low ? interval.isLowClosed() : interval.isHighClosed());
            Interval other = new Interval()
                    .withLow(interval.getLow())
                    .withLowClosed(low != Boolean.TRUE.equals(interval.isLowClosed()))
                    .withHigh(interval.getHigh())
                    .withHighClosed(low == Boolean.TRUE.equals(interval.isHighClosed()));
            add(other, "interval", (low ? "lower" : "upper") + " end " + (isClosed ? "open" : "closed"), mutations);
        }
    }

    private static Query withoutWhere(Query query) {
        return new Query()
                .withSource(query.getSource())
                .withLet(query.getLet())
                .withRelationship(query.getRelationship())
                .withReturn(query.getReturn())
                .withAggregate(query.getAggregate())
                .withSort(query.getSort());
    }
}
