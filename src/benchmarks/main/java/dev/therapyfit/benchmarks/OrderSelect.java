package dev.therapyfit.benchmarks;

import dev.therapyfit.app.warmup.HookBodies;
import dev.therapyfit.authoring.cases.Case;
import dev.therapyfit.authoring.cases.Cases;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import dev.therapyfit.hooks.HookCall;
import dev.therapyfit.hooks.HookCall.Asker;
import dev.therapyfit.hooks.HookPipeline;
import dev.therapyfit.hooks.LoadedContent;
import dev.therapyfit.hooks.catalog.CdsService;
import dev.therapyfit.hooks.chart.FhirDataSource;
import dev.therapyfit.hooks.chart.PrefetchCompleter;
import dev.therapyfit.hooks.chart.ReadBulkheads;
import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.hooks.request.HookRequestDecoder;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/**
 * The call that is measured: order-select about o1 with all prefetch.
 *
 * @param service the service that is called
 * @param about o1
 * @param pipeline what answers it, without HTTP and database
 */
record OrderSelect(CdsService service, Case about, HookPipeline pipeline) {
    static final String ID = "therapy-fit-order-select";
    private static final String CASE = "o1";

    static OrderSelect of(Path folder) {
        Content content = Content.read(folder);
        LoadedContent loaded = LoadedContent.of(content, CqlEvaluator.compile(content));
        return new OrderSelect(
                loaded.catalog().find(ID).orElseThrow(),
                Cases.find(content, CASE).orElseThrow(),
                HookPipeline.of(
                        loaded,
                        new HookRequestDecoder(),
                        new PrefetchCompleter(FhirDataSource.NONE, ReadBulkheads.on(Runnable::run))));
    }

    byte[] body() {
        return HookBodies.prefetched(service, about, Set.of()).toString().getBytes(StandardCharsets.UTF_8);
    }

    /** The call with its body read. */
    HookCall call() {
        return new HookCall(
                service,
                pipeline.decode(service, body(), Deadline.in(Duration.ofMinutes(1))),
                new Asker("benchmark", "US", false),
                about.at(),
                Deadline.in(Duration.ofDays(1)),
                id -> URI.create("urn:uuid:" + id));
    }
}
