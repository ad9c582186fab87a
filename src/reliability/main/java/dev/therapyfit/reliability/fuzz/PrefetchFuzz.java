package dev.therapyfit.reliability.fuzz;

import dev.therapyfit.hooks.catalog.CdsService;
import dev.therapyfit.hooks.failure.CdsFailure;
import dev.therapyfit.reliability.Answers;
import dev.therapyfit.reliability.mutation.Choices;
import java.nio.charset.StandardCharsets;

/**
 * Real bodies, changed as JSON, through the whole line: prefetch, CQL, decision and cards give a whole answer, or the
 * call is refused as every refusal is. The fuzzer's bytes tell which body is changed and how.
 */
public final class PrefetchFuzz {
    private PrefetchFuzz() {}

    /** Called by Jazzer before all else: classes are loaded and instrumented before any time is measured. */
    public static void fuzzerInitialize() {
        fuzzerTestOneInput(new byte[0]);
    }

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        Line line = Line.shared();
        Choices choices = Choices.from(input);
        Line.Call call = choices.of(line.calls());
        byte[] body = line.mutator().json(call.body(), choices);
        Findings.keeping("prefetch", body, () -> check(line, call.service(), body));
    }

    /** The same for a whole body: what a finding is kept as. */
    static void check(byte[] body) {
        Line line = Line.shared();
        String text = new String(body, StandardCharsets.UTF_8);
        line.services().stream()
                .filter(service -> text.contains("\"" + service.hook().code() + "\""))
                .forEach(service -> check(line, service, body));
    }

    private static void check(Line line, CdsService service, byte[] body) {
        String answer;
        try {
            answer = line.answer(service, body);
        } catch (CdsFailure refused) {
            return;
        }
        Answers.problem(answer).ifPresent(problem -> {
            throw new AssertionError(problem);
        });
    }
}
