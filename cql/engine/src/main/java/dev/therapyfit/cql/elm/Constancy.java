package dev.therapyfit.cql.elm;

import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Set;
import org.cqframework.cql.elm.visiting.BaseElmLibraryVisitor;
import org.hl7.elm.r1.AggregateClause;
import org.hl7.elm.r1.AliasRef;
import org.hl7.elm.r1.AliasedQuerySource;
import org.hl7.elm.r1.ByExpression;
import org.hl7.elm.r1.CalculateAge;
import org.hl7.elm.r1.ConvertsToDateTime;
import org.hl7.elm.r1.DateTime;
import org.hl7.elm.r1.Element;
import org.hl7.elm.r1.Expand;
import org.hl7.elm.r1.Expression;
import org.hl7.elm.r1.ExpressionRef;
import org.hl7.elm.r1.FunctionDef;
import org.hl7.elm.r1.FunctionRef;
import org.hl7.elm.r1.IdentifierRef;
import org.hl7.elm.r1.LetClause;
import org.hl7.elm.r1.Library;
import org.hl7.elm.r1.Message;
import org.hl7.elm.r1.Now;
import org.hl7.elm.r1.OperandRef;
import org.hl7.elm.r1.ParameterRef;
import org.hl7.elm.r1.Property;
import org.hl7.elm.r1.Query;
import org.hl7.elm.r1.QueryLetRef;
import org.hl7.elm.r1.RelationshipClause;
import org.hl7.elm.r1.Retrieve;
import org.hl7.elm.r1.SortByItem;
import org.hl7.elm.r1.TimeOfDay;
import org.hl7.elm.r1.ToDateTime;
import org.hl7.elm.r1.Today;
import org.jspecify.annotations.Nullable;

/**
 * Which expressions have one value for all patients at all times: tables of evidence, thresholds, whatever is put together
 * of literals. They are evaluated while the libraries are compiled.
 */
final class Constancy extends BaseElmLibraryVisitor<Constancy.Needs, Library> {
    private static final Set<Class<? extends Expression>> OF_AN_EVALUATION = Set.of(
            Retrieve.class,
            ParameterRef.class,
            Now.class,
            Today.class,
            TimeOfDay.class,
            DateTime.class,
            ToDateTime.class,
            ConvertsToDateTime.class,
            CalculateAge.class,
            Message.class,
            Expand.class); // depends on no patient, but may be as long as you like

    private final Program.Builder program;
    private final IdentityHashMap<Object, Needs> known = new IdentityHashMap<>();

    Constancy(Program.Builder program) {
        this.program = program;
    }

    /**
     * What an expression needs to be evaluated.
     *
     * @param evaluation a patient, an instant or parameters
     * @param variables names of aliases, lets and operands that are defined around it
     */
    record Needs(boolean evaluation, Set<String> variables) {
        private static final Needs NOTHING = new Needs(false, Set.of());

        private Needs and(Needs other) {
            if (!other.evaluation && other.variables.isEmpty()) {
                return this;
            }
            Set<String> all = new HashSet<>(variables);
            all.addAll(other.variables);
            return new Needs(evaluation || other.evaluation, all);
        }

        private Needs without(Set<String> defined) {
            Set<String> rest = new HashSet<>(variables);
            rest.removeAll(defined);
            return new Needs(evaluation, rest);
        }
    }

    boolean isConstant(Expression elm, Library library) {
        Needs needs = visitExpression(elm, library);
        return !needs.evaluation() && needs.variables().isEmpty();
    }

    @Override
    public Needs visitExpression(Expression elm, Library library) {
        Needs needs = known.get(elm);
        if (needs == null) {
            needs = own(elm, library).and(super.visitExpression(elm, library));
            known.put(elm, needs);
        }
        return needs;
    }

    private Needs own(Expression elm, Library library) {
        if (OF_AN_EVALUATION.contains(elm.getClass())) {
            return new Needs(true, Set.of());
        }
        if (elm instanceof AliasRef ref) {
            return variable(ref.getName());
        }
        if (elm instanceof QueryLetRef ref) {
            return variable(ref.getName());
        }
        if (elm instanceof OperandRef ref) {
            return variable(ref.getName());
        }
        if (elm instanceof IdentifierRef ref) {
            return variable(ref.getName());
        }
        if (elm instanceof Property property && property.getScope() != null) {
            return variable(property.getScope());
        }
        if (elm instanceof ExpressionRef && program.varies()) {
            return new Needs(true, Set.of()); // an evaluation may choose a variant there
        }
        if (elm instanceof FunctionRef ref) {
            Library source = program.included(library, ref.getLibraryName());
            FunctionDef def = Program.Builder.overload(source, ref);
            return new Needs(ofDefinition(def, def.getExpression(), source).evaluation(), Set.of());
        }
        if (elm instanceof ExpressionRef ref) {
            Library source = program.included(library, ref.getLibraryName());
            var def = Program.Builder.statement(source, String.valueOf(ref.getName()));
            return new Needs(ofDefinition(def, def.getExpression(), source).evaluation(), Set.of());
        }
        return Needs.NOTHING;
    }

    private Needs ofDefinition(Object def, @Nullable Expression body, Library library) {
        Needs needs = known.get(def);
        if (needs == null) {
            known.put(def, new Needs(true, Set.of())); // for what refers to itself
            needs = body == null ? Needs.NOTHING : visitExpression(body, library);
            known.put(def, needs);
        }
        return needs;
    }

    private static Needs variable(@Nullable String name) {
        return new Needs(false, Set.of(String.valueOf(name)));
    }

    /** A name that a query gives hides an outer one, but only from what comes after it. */
    @Override
    public Needs visitQuery(Query query, Library library) {
        Needs needs = Needs.NOTHING;
        Set<String> defined = new HashSet<>();
        for (AliasedQuerySource source : query.getSource()) {
            needs = needs.and(of(source.getExpression(), library));
            defined.add(String.valueOf(source.getAlias()));
        }
        for (LetClause let : query.getLet()) {
            needs = needs.and(of(let.getExpression(), library).without(defined));
            defined.add(String.valueOf(let.getIdentifier()));
        }
        for (RelationshipClause clause : query.getRelationship()) {
            needs = needs.and(of(clause.getExpression(), library).without(defined))
                    .and(of(clause.getSuchThat(), library)
                            .without(Set.of(String.valueOf(clause.getAlias())))
                            .without(defined));
        }
        needs = needs.and(of(query.getWhere(), library).without(defined));
        if (query.getReturn() != null) {
            needs = needs.and(of(query.getReturn().getExpression(), library).without(defined));
        }
        AggregateClause aggregate = query.getAggregate();
        if (aggregate != null) {
            needs = needs.and(of(aggregate.getStarting(), library).without(defined))
                    .and(of(aggregate.getExpression(), library)
                            .without(Set.of(String.valueOf(aggregate.getIdentifier())))
                            .without(defined));
        }
        if (query.getSort() != null) {
            for (SortByItem item : query.getSort().getBy()) {
                if (item instanceof ByExpression by) {
                    needs = needs.and(of(by.getExpression(), library).without(Set.of(Compiler.THIS)));
                }
            }
        }
        return needs;
    }

    private Needs of(@Nullable Expression elm, Library library) {
        return elm == null ? Needs.NOTHING : visitExpression(elm, library);
    }

    @Override
    protected Needs defaultResult(Element elm, Library library) {
        return Needs.NOTHING;
    }

    @Override
    protected Needs aggregateResult(Needs aggregate, Needs next) {
        return aggregate.and(next);
    }
}
