package dev.therapyfit.cql.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.therapyfit.cql.elm.Evaluation;
import dev.therapyfit.cql.elm.Program;
import dev.therapyfit.cql.elm.Row;
import java.io.InputStream;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import javax.xml.parsers.DocumentBuilderFactory;
import org.cqframework.cql.cql2elm.CqlCompilerException;
import org.cqframework.cql.cql2elm.CqlCompilerException.ErrorSeverity;
import org.cqframework.cql.cql2elm.LibraryManager;
import org.cqframework.cql.cql2elm.ModelManager;
import org.cqframework.cql.cql2elm.StringLibrarySourceProvider;
import org.hl7.elm.r1.Library;
import org.hl7.elm.r1.VersionedIdentifier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.opencds.cqf.cql.engine.elm.executing.EqualEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.EquivalentEvaluator;
import org.opencds.cqf.cql.engine.execution.CqlEngine;
import org.opencds.cqf.cql.engine.execution.Environment;
import org.opencds.cqf.cql.engine.execution.EvaluationParams;
import org.opencds.cqf.cql.engine.execution.State;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** HL7's own tests of CQL: nodes give what the CQL engine gives, in each of them, and fail where it fails. */
class Hl7SuiteTest {
    private static final ZonedDateTime NOON = ZonedDateTime.of(2026, 6, 15, 12, 0, 0, 0, ZoneOffset.UTC);

    /** Where the specification decides against the CQL engine, by expression: why. */
    private static final Map<String, String> DECIDED = Map.of(
            "-9223372036854775807L", "the CQL engine takes the literal for the smallest Long, which is one less");

    /** One test: an expression, and what it should give; null if it should fail. */
    private record Sample(
            String name, String expression, @Nullable String output) {}

    /** What an expression gives: a value as text, or that it fails. */
    private record Outcome(@Nullable Object value, String text, boolean fails) {}

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CqlAggregateFunctionsTest",
                "CqlAggregateTest",
                "CqlArithmeticFunctionsTest",
                "CqlComparisonOperatorsTest",
                "CqlConditionalOperatorsTest",
                "CqlDateTimeOperatorsTest",
                "CqlErrorsAndMessagingOperatorsTest",
                "CqlIntervalOperatorsTest",
                "CqlListOperatorsTest",
                "CqlLogicalOperatorsTest",
                "CqlNullologicalOperatorsTest",
                "CqlQueryTests",
                "CqlStringOperatorsTest",
                "CqlTypeOperatorsTest",
                "CqlTypesTest",
                "ValueLiteralsAndSelectors"
            })
    void nodes_give_what_the_cql_engine_gives(String file) throws Exception {
        Map<String, Sample> samples = samples(file);
        Snippets snippets = Snippets.of(samples.values());
        List<String> differences = new ArrayList<>();
        int passed = 0;
        int passedByReference = 0;
        for (Sample sample : samples.values()) {
            if (!snippets.compiles(sample.name())) {
                continue;
            }
            Outcome compiled = snippets.compiled(sample.name());
            Outcome reference = snippets.reference(sample.name());
            passed += snippets.passes(sample, compiled, snippets::compiled) ? 1 : 0;
            passedByReference += snippets.passes(sample, reference, snippets::reference) ? 1 : 0;
            if (!compiled.text().equals(reference.text()) && !DECIDED.containsKey(sample.expression())) {
                differences.add(sample.name() + ": " + sample.expression() + " gives " + compiled.text()
                        + ", the CQL engine " + reference.text() + ", expected " + sample.output());
            }
        }

        assertThat(differences).isEmpty();
        assertThat(passed).isGreaterThanOrEqualTo(passedByReference);
    }

    private static Map<String, Sample> samples(String file) throws Exception {
        Map<String, Sample> samples = new LinkedHashMap<>();
        try (InputStream in = Hl7SuiteTest.class.getResourceAsStream("/hl7-cql-tests/" + file + ".xml")) {
            NodeList tests = DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(in)
                    .getElementsByTagName("test");
            for (int i = 0; i < tests.getLength(); i++) {
                Element test = (Element) tests.item(i);
                String name = i + " " + test.getAttribute("name").replace("\"", "");
                samples.put(
                        name, new Sample(name, Objects.requireNonNull(text(test, "expression")), text(test, "output")));
            }
        }
        return samples;
    }

    private static @Nullable String text(Element test, String name) {
        NodeList elements = test.getElementsByTagName(name);
        return elements.getLength() == 0
                ? null
                : elements.item(0).getTextContent().strip();
    }

    /** Expressions in one library, without those that do not compile. */
    private static final class Snippets {
        private static final String OUTPUT = "expected ";
        private static final VersionedIdentifier ID =
                new VersionedIdentifier().withId("Snippets").withVersion("1");

        private final Set<String> names;
        private final Environment environment;
        private final Evaluation evaluation;

        private Snippets(Set<String> names, LibraryManager manager, Library library) {
            this.names = names;
            this.environment = new Environment(manager);
            this.evaluation = Program.compile(
                            List.of(library), environment, new FhirElements(environment), url -> code -> false)
                    .evaluation((type, path, codes) -> List.of(), Map.of(), NOON, () -> {});
        }

        static Snippets of(Iterable<Sample> samples) {
            Map<String, String> definitions = new LinkedHashMap<>();
            for (Sample sample : samples) {
                definitions.put(sample.name(), sample.expression());
                if (sample.output() != null) {
                    definitions.put(OUTPUT + sample.name(), sample.output());
                }
            }
            while (true) {
                StringBuilder text = new StringBuilder("library Snippets version '1'\n");
                List<String> byLine = new ArrayList<>(Arrays.asList("", ""));
                definitions.forEach((name, expression) -> {
                    String definition = "define \"" + name + "\": " + expression + "\n";
                    text.append(definition);
                    definition.lines().forEach(line -> byLine.add(name));
                });
                LibraryManager manager = new LibraryManager(new ModelManager());
                manager.getLibrarySourceLoader()
                        .registerProvider(new StringLibrarySourceProvider(List.of(text.toString())));
                List<CqlCompilerException> errors = new ArrayList<>();
                Library library = manager.resolveLibrary(ID, errors).getLibrary();
                errors.removeIf(error -> error.getSeverity() != ErrorSeverity.Error);
                if (errors.isEmpty()) {
                    return new Snippets(
                            new LinkedHashSet<>(definitions.keySet()), manager, Objects.requireNonNull(library));
                }
                errors.forEach(error -> definitions.remove(
                        byLine.get(Objects.requireNonNull(error.getLocator()).getStartLine())));
            }
        }

        boolean compiles(String name) {
            return names.contains(name);
        }

        Outcome compiled(String name) {
            return outcome(name, one -> evaluation.value("Snippets", one));
        }

        Outcome reference(String name) {
            CqlEngine engine = new CqlEngine(environment);
            return outcome(name, one -> Objects.requireNonNull(engine.evaluate(params(one))
                            .getOnlyResultOrThrow()
                            .getExpressionResults()
                            .get(one))
                    .getValue());
        }

        private static EvaluationParams params(String name) {
            return new EvaluationParams(
                    Map.of(ID, List.of(new org.opencds.cqf.cql.engine.execution.EvaluationExpressionRef(name))),
                    null,
                    Map.of(),
                    null,
                    NOON);
        }

        private static Outcome outcome(String name, Function<String, @Nullable Object> evaluate) {
            try {
                Object value = Row.forEngine(evaluate.apply(name));
                return new Outcome(value, String.valueOf(value), false);
            } catch (RuntimeException e) {
                return new Outcome(null, "failure", true);
            }
        }

        boolean passes(Sample sample, Outcome outcome, Function<String, Outcome> engine) {
            if (sample.output() == null) {
                return outcome.fails();
            }
            if (outcome.fails() || !compiles(OUTPUT + sample.name())) {
                return false;
            }
            Object expected = engine.apply(OUTPUT + sample.name()).value();
            State state = new State(environment);
            return outcome.value() == null
                    ? expected == null
                    : Boolean.TRUE.equals(EqualEvaluator.equal(outcome.value(), expected, state))
                            || Boolean.TRUE.equals(EquivalentEvaluator.equivalent(outcome.value(), expected, state));
        }
    }
}
