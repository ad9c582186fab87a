package dev.therapyfit.peers;

import dev.therapyfit.authoring.cases.Case;
import dev.therapyfit.authoring.cases.Cases;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.opencds.cqf.fhir.utility.repository.InMemoryFhirRepository;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One decision on our evaluator, on the interpreter and on the peer, side by side. All have the content compiled and the patient parsed;
 * ours also indexes the record anew each time, as a call does. Run from the repository's root:
 *
 * <pre>java -jar src/peers/target/benchmarks.jar</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 3)
@Measurement(iterations = 5, time = 3)
@Fork(2)
public class EngineBenchmark {
    private static final Set<String> DECISION = Set.of("Decision");

    /** Name of a case. */
    @Param({"o1", "o2"})
    public String patient = "o1";

    private final Content content = Content.read(Path.of("cql"));
    private final CqlEvaluator evaluator = CqlEvaluator.compile(content);
    private final CqlEvaluator reference = evaluator.by(CqlEvaluator.Engine.REFERENCE);
    private final List<Case> cases = Cases.of(content);
    private Case example = cases.get(0);
    private ClinicalReasoning peer = new ClinicalReasoning(content, evaluator.terminology(), example.resources());
    private InMemoryFhirRepository repository = peer.repository(example.resources());

    /** Takes the case that the parameter names. */
    @Setup
    public void prepare() {
        example = cases.stream()
                .filter(candidate -> candidate.name().equals(patient))
                .findFirst()
                .orElseThrow();
        peer = new ClinicalReasoning(content, evaluator.terminology(), example.resources());
        repository = peer.repository(example.resources());
    }

    /** Record and decision on our evaluator. */
    @Benchmark
    public Object therapyFit() {
        return evaluator.evaluate(example.record(), DECISION, example.inputs(), example.at());
    }

    /** The same on the interpreter that the compiled nodes are held against. */
    @Benchmark
    public Object interpreter() {
        return reference.evaluate(example.record(), DECISION, example.inputs(), example.at());
    }

    /** The decision on the clinical-reasoning library. */
    @Benchmark
    public Map<String, String> clinicalReasoning() {
        return peer.evaluate(repository, example, DECISION);
    }
}
