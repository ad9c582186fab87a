package dev.therapyfit.cql.elm;

import dev.therapyfit.cql.terminology.Terminology;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.cqframework.cql.cql2elm.tracking.Trackable;
import org.hl7.cql.model.IntervalType;
import org.hl7.elm.r1.CodeDef;
import org.hl7.elm.r1.CodeRef;
import org.hl7.elm.r1.CodeSystemDef;
import org.hl7.elm.r1.CodeSystemRef;
import org.hl7.elm.r1.ConceptDef;
import org.hl7.elm.r1.ConceptRef;
import org.hl7.elm.r1.Element;
import org.hl7.elm.r1.Expression;
import org.hl7.elm.r1.FunctionRef;
import org.hl7.elm.r1.Library;
import org.hl7.elm.r1.ParameterDef;
import org.hl7.elm.r1.Union;
import org.hl7.elm.r1.ValueSetDef;
import org.hl7.elm.r1.ValueSetRef;
import org.jspecify.annotations.Nullable;
import org.opencds.cqf.cql.engine.execution.State;
import org.opencds.cqf.cql.engine.runtime.Code;
import org.opencds.cqf.cql.engine.runtime.CodeSystem;
import org.opencds.cqf.cql.engine.runtime.Concept;
import org.opencds.cqf.cql.engine.runtime.ValueSet;

/** Makes the nodes of one definition: knows its library, and which slot each name in it stands for. */
final class Compiler {
    /** What the elements of a list are called while it is sorted. */
    static final String THIS = "$this";

    private final Program.Builder program;
    private final Library library;
    private final Map<String, Deque<Node>> variables = new HashMap<>();
    private int slots;
    private final boolean varies;
    private final @Nullable Object place;
    private boolean isInVariant;
    private int firstVariant = Integer.MAX_VALUE;
    private int lastVariant = -1;

    Compiler(Program.Builder program, Library library) {
        this(program, library, null, false);
    }

    private Compiler(Program.Builder program, Library library, @Nullable Object place, boolean varies) {
        this.program = program;
        this.library = library;
        this.place = place;
        this.varies = varies;
    }

    /**
     * The body of a definition or of a function.
     *
     * @param place the definition or function
     * @param operands of the function
     */
    static Body body(
            Program.Builder program, Library library, Object place, List<String> operands, @Nullable Expression elm) {
        Compiler compiler = new Compiler(program, library, place, false);
        operands.forEach(compiler::open);
        Node written = compiler.node(elm);
        if (!program.varies()) {
            return new Body(written, written, 0, -1, compiler.slots);
        }
        Compiler varied = new Compiler(program, library, place, true);
        operands.forEach(varied::open);
        Node node = varied.node(elm);
        return new Body(written, node, varied.firstVariant, varied.lastVariant, Math.max(compiler.slots, varied.slots));
    }

    /** Number of slots that the nodes made so far need. */
    int slots() {
        return slots;
    }

    /** The node of an expression; of one that is not given, null. */
    Node node(@Nullable Expression elm) {
        if (elm == null) {
            return new Node.Constant(null);
        }
        Node node;
        try {
            node = program.operations().make(elm, this);
        } catch (IllegalArgumentException e) {
            throw program.problem(library, elm, String.valueOf(e.getMessage()));
        }
        if (node == null) {
            throw program.problem(library, elm, "operator " + elm.getClass().getSimpleName() + " is not supported");
        }
        if (isPlain()) {
            return program.isConstant(elm, library) ? constant(node) : node;
        }
        return varies ? varied(elm, node) : program.watched(elm, node);
    }

    /** With variants; inside of one all is as written, since one is chosen and not several. */
    private Node varied(Expression elm, Node written) {
        List<Program.Variant> variants = isInVariant ? List.of() : program.variants(elm);
        if (variants.isEmpty()) {
            return written;
        }
        isInVariant = true;
        List<Node> nodes = nodes(variants.stream().map(Program.Variant::elm).toList());
        isInVariant = false;
        int first = variants.get(0).number();
        firstVariant = Math.min(firstVariant, first);
        lastVariant = Math.max(lastVariant, first + nodes.size() - 1);
        return new VariedNode(written, first, nodes);
    }

    private Node constant(Node node) {
        if (node instanceof Node.Constant) {
            return node;
        }
        try {
            return new Node.Constant(node.value(program.nobody(), new @Nullable Object[slots]));
        } catch (RuntimeException e) {
            return node; // fails when it is evaluated, if ever
        }
    }

    List<Node> nodes(List<? extends @Nullable Expression> elm) {
        return elm.stream().map(this::node).toList();
    }

    /** Whether nodes stand for nothing but their values: not if each one is counted. */
    boolean isPlain() {
        return !varies && program.isPlain();
    }

    /** Gives a name a slot, until it is {@link #close closed}; what was called so until then is hidden. */
    int open(String name) {
        return open(name, new References.SlotNode(slots));
    }

    int openLet(String name, Node definition) {
        return open(name, new References.LetNode(slots, definition));
    }

    private int open(String name, Node node) {
        variables.computeIfAbsent(name, key -> new ArrayDeque<>()).push(node);
        return slots++;
    }

    void close(String name) {
        variables.getOrDefault(name, new ArrayDeque<>()).pop();
    }

    private @Nullable Node find(String name) {
        Deque<Node> known = variables.get(name);
        return known == null ? null : known.peek();
    }

    Node variable(String name) {
        Node node = find(name);
        if (node == null) {
            throw new IllegalArgumentException("nothing is called " + name + " here");
        }
        return node;
    }

    /** A bare name: an element of what is sorted, which hides what is called so around the query; else a variable. */
    Node identifier(String place, String name) {
        Node row = find(THIS);
        return row == null ? variable(name) : new Structured.PropertyNode(place, row, name, program.model());
    }

    Definition definition(@Nullable String alias, String name) {
        return used(program.definition(named(alias), name));
    }

    DefinedFunction function(FunctionRef elm) {
        return used(program.function(named(elm.getLibraryName()), elm));
    }

    private <T> T used(T other) {
        if (place != null) {
            program.dependents().add(place, other);
        }
        return other;
    }

    /** Another compiler, for what stands in an included library. */
    Compiler of(@Nullable String alias) {
        return new Compiler(program, named(alias));
    }

    @Nullable
    Expression parameterDefault(@Nullable String alias, String name) {
        return called(name, Objects.requireNonNull(named(alias).getParameters()).getDef(), ParameterDef::getName)
                .getDefault();
    }

    State state() {
        return program.nobody().state();
    }

    Model model() {
        return program.model();
    }

    Predicate<Terminology.Code> members(String valueSet) {
        return program.members(valueSet);
    }

    /** Where an element stands, for errors. */
    String place(Element elm) {
        String locator = elm.getLocator();
        return library.getIdentifier().getId() + (locator == null ? "" : ":" + locator);
    }

    boolean isOfIntervals(Union elm) {
        return Stream.concat(Stream.of(elm), elm.getOperand().stream())
                .anyMatch(one -> Trackable.INSTANCE.getResultType(one) instanceof IntervalType);
    }

    ValueSet valueSet(ValueSetRef ref) {
        Library source = named(ref.getLibraryName());
        ValueSetDef def = called(
                ref.getName(), Objects.requireNonNull(source.getValueSets()).getDef(), ValueSetDef::getName);
        return new ValueSet().withId(used(String.valueOf(def.getId()))).withVersion(def.getVersion());
    }

    CodeSystem codeSystem(@Nullable CodeSystemRef ref) {
        if (ref == null) {
            return new CodeSystem();
        }
        Library source = named(ref.getLibraryName());
        CodeSystemDef def = called(
                ref.getName(), Objects.requireNonNull(source.getCodeSystems()).getDef(), CodeSystemDef::getName);
        return new CodeSystem().withId(def.getId()).withVersion(def.getVersion());
    }

    Code code(CodeRef ref) {
        Library source = named(ref.getLibraryName());
        CodeDef def =
                called(ref.getName(), Objects.requireNonNull(source.getCodes()).getDef(), CodeDef::getName);
        CodeSystem system = new Compiler(program, source).codeSystem(def.getCodeSystem());
        return new Code()
                .withCode(def.getId())
                .withSystem(system.getId())
                .withDisplay(def.getDisplay())
                .withVersion(system.getVersion());
    }

    Concept concept(ConceptRef ref) {
        Library source = named(ref.getLibraryName());
        ConceptDef def = called(
                ref.getName(), Objects.requireNonNull(source.getConcepts()).getDef(), ConceptDef::getName);
        Compiler there = new Compiler(program, source);
        return new Concept()
                .withDisplay(def.getDisplay())
                .withCodes(def.getCode().stream().map(there::code).toList());
    }

    private static <D> D called(@Nullable String name, List<D> definitions, Function<D, @Nullable String> nameOf) {
        return definitions.stream()
                .filter(def -> Objects.equals(name, nameOf.apply(def)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("nothing is called " + name));
    }

    private Library named(@Nullable String alias) {
        return program.included(library, alias);
    }
}
