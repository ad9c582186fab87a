package dev.therapyfit.reliability.fuzz;

import dev.therapyfit.app.warmup.HookBodies;
import dev.therapyfit.authoring.cases.Case;
import dev.therapyfit.hooks.catalog.CdsService;
import dev.therapyfit.reliability.ExpectedAnswers;
import dev.therapyfit.reliability.mutation.BodyMutator;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/** What the targets share in one process: the pipeline in memory, real bodies of the content's cases, a mutator. */
final class Line {
    /** Folder of the content, a system property. */
    static final String CONTENT = "reliability.content";

    private static final Instant AT = Instant.parse("2026-06-15T09:00:00Z");

    private final ExpectedAnswers answers;
    private final List<Call> calls = new ArrayList<>();
    private final BodyMutator mutator;

    /** A real call. */
    record Call(CdsService service, Case example, ObjectNode body) {}

    private static final class Shared {
        static final Line LINE = new Line(Path.of(System.getProperty(CONTENT, "cql")));
    }

    private Line(Path content) {
        answers = ExpectedAnswers.of(content, "US", AT);
        for (Case example : answers.cases()) {
            for (CdsService service : answers.services()) {
                if (HookBodies.fits(service.hook(), example)) {
                    calls.add(new Call(service, example, HookBodies.prefetched(service, example, Set.of())));
                }
            }
        }
        mutator = new BodyMutator(calls.stream().map(Call::body).toList());
    }

    /** The pipeline of this process, made on first use. */
    static Line shared() {
        return Shared.LINE;
    }

    /** Every case at every hook that fits it. */
    List<Call> calls() {
        return calls;
    }

    BodyMutator mutator() {
        return mutator;
    }

    List<CdsService> services() {
        return answers.services();
    }

    String answer(CdsService service, byte[] body) {
        return answers.answer(service, body);
    }
}
