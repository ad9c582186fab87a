package dev.therapyfit.protocol;

import ca.uhn.fhir.context.FhirContext;
import dev.therapyfit.app.PackagedContent;
import dev.therapyfit.app.warmup.HookBodies;
import dev.therapyfit.authoring.cases.Case;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.hooks.HookCall;
import dev.therapyfit.hooks.HookCall.Asker;
import dev.therapyfit.hooks.HookPipeline;
import dev.therapyfit.hooks.LoadedContent;
import dev.therapyfit.hooks.catalog.CdsService;
import dev.therapyfit.hooks.catalog.ServiceCatalog;
import dev.therapyfit.hooks.chart.FhirDataSource;
import dev.therapyfit.hooks.chart.FhirReadException;
import dev.therapyfit.hooks.chart.FhirReadException.Kind;
import dev.therapyfit.hooks.chart.PrefetchCompleter;
import dev.therapyfit.hooks.chart.ReadBulkheads;
import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.hooks.failure.CdsFailure;
import dev.therapyfit.hooks.request.FhirServer;
import dev.therapyfit.hooks.request.Hook;
import dev.therapyfit.hooks.request.HookRequestDecoder;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The service without a port: the content of this repository, and a FHIR server that holds one patient. */
final class Line {
    static final Content CONTENT = PackagedContent.readWithCases();
    static final CqlEvaluator EVALUATOR = CqlEvaluator.compile(CONTENT);
    static final FhirContext FHIR = FhirContext.forR4Cached();
    static final LoadedContent LOADED = LoadedContent.of(CONTENT, EVALUATOR);
    static final ServiceCatalog CATALOG = LOADED.catalog();
    static final Instant AT = Instant.parse("2026-06-15T09:00:00Z");
    static final JsonMapper JSON = new JsonMapper();
    static final List<String> HOOKS = List.of("patient-view", "order-select", "order-sign");

    private final HookPipeline pipeline;

    /**
     * @param chart resources by type
     * @param asked takes the queries and reads, in no order
     */
    Line(Map<String, List<Resource>> chart, List<String> asked) {
        FhirDataSource source = new FhirDataSource() {
            @Override
            public Optional<String> fhirVersion(FhirServer server, Deadline deadline) {
                return Optional.of("4.0.1");
            }

            @Override
            public Resource read(FhirServer server, String relative, Deadline deadline) {
                asked.add(relative);
                String[] parts = relative.split("/", 2);
                if (parts[0].equals("Patient") && !chart.containsKey("Patient")) {
                    return Resource.of("Patient").with("id", parts[1]);
                }
                return chart.getOrDefault(parts[0], List.of()).stream()
                        .filter(resource -> resource.hasText("id", parts[1]))
                        .findFirst()
                        .orElseThrow(() -> new FhirReadException(Kind.NOT_FOUND, "not found"));
            }

            @Override
            public List<Resource> search(FhirServer server, String query, Deadline deadline) {
                asked.add(query);
                return chart.getOrDefault(query.substring(0, query.indexOf('?')), List.of());
            }

            @Override
            public List<Resource> following(FhirServer server, Resource page, Deadline deadline) {
                throw new IllegalStateException("there are no pages here");
            }
        };
        this.pipeline = HookPipeline.of(
                LOADED, new HookRequestDecoder(), new PrefetchCompleter(source, ReadBulkheads.on(Runnable::run)));
    }

    /** The answer to a hook about a case, as JSON. */
    static JsonNode answer(String hook, Case example) {
        Map<String, List<Resource>> chart = HookBodies.chart(example).stream()
                .collect(Collectors.groupingBy(resource -> resource.type().name()));
        JsonNode context = HookBodies.bare(Hook.of(hook).orElseThrow(), example).path("context");
        return new Line(chart, new ArrayList<>()).call(hook, context.toString(), Map.of());
    }

    /**
     * Calls the service of a hook.
     *
     * @throws CdsFailure if there are no cards
     */
    JsonNode call(String hook, String context, Map<String, String> more) {
        CdsService service = CATALOG.services().stream()
                .filter(one -> one.hook().code().equals(hook))
                .findFirst()
                .orElseThrow();
        ObjectNode request = JSON.createObjectNode()
                .put("hook", hook)
                .put("hookInstance", UUID.randomUUID().toString())
                .put("fhirServer", "https://ehr.example/fhir");
        request.set("context", JSON.readTree(context));
        more.forEach(request::put);
        Deadline deadline = Deadline.in(Duration.ofMinutes(1));
        byte[] body = request.toString().getBytes(StandardCharsets.UTF_8);
        return JSON.readTree(JSON.writeValueAsBytes(pipeline.answer(new HookCall(
                        service,
                        pipeline.decode(service, body, deadline),
                        new Asker("test", "US", false),
                        AT,
                        deadline,
                        id -> URI.create("https://cds.example/decisions/" + id)))
                .response()));
    }
}
