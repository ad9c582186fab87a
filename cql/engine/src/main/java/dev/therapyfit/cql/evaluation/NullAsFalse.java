package dev.therapyfit.cql.evaluation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.cqframework.cql.elm.visiting.BaseElmLibraryVisitor;
import org.hl7.elm.r1.AliasRef;
import org.hl7.elm.r1.AliasedQuerySource;
import org.hl7.elm.r1.And;
import org.hl7.elm.r1.BinaryExpression;
import org.hl7.elm.r1.Case;
import org.hl7.elm.r1.CaseItem;
import org.hl7.elm.r1.Coalesce;
import org.hl7.elm.r1.Count;
import org.hl7.elm.r1.Element;
import org.hl7.elm.r1.Equal;
import org.hl7.elm.r1.Exists;
import org.hl7.elm.r1.Expression;
import org.hl7.elm.r1.ExpressionDef;
import org.hl7.elm.r1.ExpressionRef;
import org.hl7.elm.r1.Greater;
import org.hl7.elm.r1.GreaterOrEqual;
import org.hl7.elm.r1.If;
import org.hl7.elm.r1.In;
import org.hl7.elm.r1.IsFalse;
import org.hl7.elm.r1.IsNull;
import org.hl7.elm.r1.IsTrue;
import org.hl7.elm.r1.Less;
import org.hl7.elm.r1.LessOrEqual;
import org.hl7.elm.r1.LetClause;
import org.hl7.elm.r1.Library;
import org.hl7.elm.r1.Literal;
import org.hl7.elm.r1.Not;
import org.hl7.elm.r1.Or;
import org.hl7.elm.r1.Property;
import org.hl7.elm.r1.Query;
import org.hl7.elm.r1.QueryLetRef;
import org.hl7.elm.r1.RelationshipClause;
import org.hl7.elm.r1.Retrieve;
import org.hl7.elm.r1.Tuple;
import org.hl7.elm.r1.Union;
import org.jspecify.annotations.Nullable;

/**
 * Where it could matter that a null is taken for false. It never does in a condition, which counts null as false, nor where
 * there is never a null.
 */
final class NullAsFalse extends BaseElmLibraryVisitor<@Nullable Void, String> {
    /** The step from a list to its elements. */
    private static final String ELEMENT = "[]";

    private static final Set<Class<?>> COMPARISONS =
            Set.of(Equal.class, Less.class, LessOrEqual.class, Greater.class, GreaterOrEqual.class);

    private final Map<String, Map<String, String>> included = new HashMap<>();
    private final Map<String, List<ExpressionDef>> definitions = new HashMap<>();

    /** Definitions that are referred to elsewhere than as a condition. */
    private final Set<String> values = new HashSet<>();

    private final Set<Expression> conditions = Collections.newSetFromMap(new IdentityHashMap<>());

    /** The definition that a reference is to. */
    private final IdentityHashMap<Expression, String> references = new IdentityHashMap<>();

    /** The source of the alias, or the expression of the {@code let}, that an expression reads. */
    private final IdentityHashMap<Expression, Expression> read = new IdentityHashMap<>();

    private Map<String, Expression> scope = new HashMap<>();

    /**
     * @param asked the library whose expressions are asked for
     */
    NullAsFalse(List<Library> libraries, String asked) {
        for (Library library : libraries) {
            String name = name(library);
            included.put(name, Translation.included(library));
            defined(library).forEach(def -> {
                definitions
                        .computeIfAbsent(name + "." + def.getName(), key -> new ArrayList<>())
                        .add(def);
                if (name.equals(asked)) {
                    values.add(name + "." + def.getName());
                }
            });
        }
        int known;
        do {
            known = values.size();
            conditions.clear();
            libraries.forEach(library -> defined(library).forEach(def -> visitDefinition(def, name(library))));
        } while (known != values.size());
    }

    private static String name(Library library) {
        return String.valueOf(library.getIdentifier().getId());
    }

    private static Stream<ExpressionDef> defined(Library library) {
        return library.getStatements() == null
                ? Stream.of()
                : library.getStatements().getDef().stream().filter(def -> def.getExpression() != null);
    }

    /** True unless the result is the same if a null is false. */
    boolean couldMatter(Expression expression) {
        return !conditions.contains(expression) && !isNeverNull(expression, List.of());
    }

    // ---- Conditions

    private void visitDefinition(ExpressionDef def, String library) {
        scope = new HashMap<>();
        if (!values.contains(library + "." + def.getName())) {
            conditions.add(def.getExpression());
        }
        visitExpression(def.getExpression(), library);
    }

    private void condition(@Nullable Expression expression) {
        if (expression != null) {
            conditions.add(expression);
        }
    }

    @Override
    public @Nullable Void visitExpression(Expression elm, String library) {
        if ((elm instanceof And || elm instanceof Or) && conditions.contains(elm)) {
            ((BinaryExpression) elm).getOperand().forEach(this::condition);
        } else if (elm instanceof IsTrue is) {
            condition(is.getOperand());
        } else if (elm instanceof If choice) {
            condition(choice.getCondition());
        } else if (elm instanceof Case choice && choice.getComparand() == null) {
            choice.getCaseItem().forEach(item -> condition(item.getWhen()));
        } else if (elm instanceof ExpressionRef reference) { // of a function too
            refer(reference, library);
        } else if (elm instanceof AliasRef alias) {
            reads(elm, alias.getName());
        } else if (elm instanceof QueryLetRef let) {
            reads(elm, let.getName());
        } else if (elm instanceof Property property && property.getScope() != null) {
            reads(elm, property.getScope());
        }
        return super.visitExpression(elm, library);
    }

    private void refer(ExpressionRef reference, String library) {
        String alias = reference.getLibraryName();
        String named = (alias == null
                        ? library
                        : included.getOrDefault(library, Map.of()).get(alias)) + "." + reference.getName();
        references.put(reference, named);
        if (!conditions.contains(reference)) {
            values.add(named);
        }
    }

    private void reads(Expression elm, @Nullable String name) {
        Expression source = scope.get(name);
        if (source != null) {
            read.put(elm, source);
        }
    }

    @Override
    public @Nullable Void visitQuery(Query query, String library) {
        Map<String, Expression> outer = scope;
        scope = new HashMap<>(outer);
        condition(query.getWhere());
        super.visitQuery(query, library);
        scope = outer;
        return null;
    }

    @Override
    public @Nullable Void visitAliasedQuerySource(AliasedQuerySource source, String library) {
        if (source.getExpression() != null) {
            scope.put(String.valueOf(source.getAlias()), source.getExpression());
        }
        return super.visitAliasedQuerySource(source, library);
    }

    @Override
    public @Nullable Void visitLetClause(LetClause let, String library) {
        if (let.getExpression() != null) {
            scope.put(String.valueOf(let.getIdentifier()), let.getExpression());
        }
        return super.visitLetClause(let, library);
    }

    @Override
    public @Nullable Void visitRelationshipClause(RelationshipClause relationship, String library) {
        condition(relationship.getSuchThat());
        return super.visitRelationshipClause(relationship, library);
    }

    // ---- What is never null

    /** The same of what the path leads to, by names of fields and {@link #ELEMENT}. */
    private boolean isNeverNull(@Nullable Expression elm, List<String> path) {
        boolean isWhole = path.isEmpty();
        if (elm instanceof Literal || elm instanceof Exists || elm instanceof Count) {
            return true;
        } else if (elm instanceof IsNull || elm instanceof IsTrue || elm instanceof IsFalse) {
            return true;
        } else if (elm instanceof BinaryExpression both
                && (elm instanceof And || elm instanceof Or || isComparisonWithLiteral(both))) {
            return both.getOperand().stream().allMatch(operand -> isNeverNull(operand, path));
        } else if (elm instanceof Not not) {
            return isNeverNull(not.getOperand(), path);
        } else if (elm instanceof In in) {
            Expression list = in.getOperand().get(1);
            return isNeverNull(in.getOperand().get(0), path)
                    && isNeverNull(list, path)
                    && isNeverNull(list, List.of(ELEMENT));
        } else if (elm instanceof Coalesce coalesce) {
            return isWhole && coalesce.getOperand().stream().anyMatch(operand -> isNeverNull(operand, path));
        } else if (elm instanceof If choice) {
            return isNeverNull(choice.getThen(), path) && isNeverNull(choice.getElse(), path);
        } else if (elm instanceof Case choice) {
            return isNeverNull(choice.getElse(), path)
                    && choice.getCaseItem().stream().map(CaseItem::getThen).allMatch(then -> isNeverNull(then, path));
        } else if (elm instanceof ExpressionRef) {
            List<ExpressionDef> defs = definitions.get(references.get(elm));
            return defs != null && defs.stream().allMatch(def -> isNeverNull(def.getExpression(), path));
        } else if (elm instanceof Property property) {
            Expression source = property.getScope() == null ? property.getSource() : read.get(elm);
            return isNeverNull(source, to(property, path));
        } else if (elm instanceof AliasRef || elm instanceof QueryLetRef) {
            return isNeverNull(read.get(elm), elm instanceof AliasRef ? joined(ELEMENT, path) : path);
        }
        return isWhole ? elm instanceof Tuple || isList(elm) : isNeverNullInside(elm, path);
    }

    /** Numbers and texts can be compared; quantities of other units, and lists, give null. */
    private static boolean isComparisonWithLiteral(BinaryExpression elm) {
        return COMPARISONS.contains(elm.getClass()) && elm.getOperand().stream().anyMatch(Literal.class::isInstance);
    }

    private static boolean isList(@Nullable Expression elm) {
        return elm instanceof org.hl7.elm.r1.List || elm instanceof Retrieve;
    }

    private boolean isNeverNullInside(@Nullable Expression elm, List<String> path) {
        List<String> rest = path.subList(1, path.size());
        boolean isElement = path.get(0).equals(ELEMENT);
        if (elm instanceof Tuple tuple) {
            // a query of one tuple has no step to its elements
            return isElement
                    ? isNeverNull(tuple, rest)
                    : tuple.getElement().stream()
                            .filter(element -> path.get(0).equals(element.getName()))
                            .anyMatch(element -> isNeverNull(element.getValue(), rest));
        } else if (elm instanceof org.hl7.elm.r1.List list) {
            return isElement && list.getElement().stream().allMatch(element -> isNeverNull(element, rest));
        } else if (elm instanceof Query query) {
            boolean isReturned = query.getReturn() != null && query.getReturn().getExpression() != null;
            return isReturned
                    ? isNeverNull(query.getReturn().getExpression(), isElement ? rest : path)
                    : query.getSource().size() == 1
                            && isNeverNull(query.getSource().get(0).getExpression(), path);
        } else if (elm instanceof Union union) {
            return union.getOperand().stream().allMatch(operand -> isNeverNull(operand, path));
        }
        return elm instanceof Retrieve && path.equals(List.of(ELEMENT));
    }

    /** The path of a property, and then that: of an alias after the step to an element. */
    private static List<String> to(Property property, List<String> path) {
        List<String> steps = new ArrayList<>();
        if (property.getScope() != null) {
            steps.add(ELEMENT);
        }
        steps.addAll(List.of(String.valueOf(property.getPath()).split("\\.")));
        steps.addAll(path);
        return steps;
    }

    private static List<String> joined(String step, List<String> path) {
        return Stream.concat(Stream.of(step), path.stream()).toList();
    }

    @Override
    protected @Nullable Void defaultResult(Element element, String library) {
        return null;
    }
}
