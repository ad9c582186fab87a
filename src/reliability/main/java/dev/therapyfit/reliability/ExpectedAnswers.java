package dev.therapyfit.reliability;

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
import dev.therapyfit.hooks.catalog.ServiceCatalog;
import dev.therapyfit.hooks.chart.FhirDataSource;
import dev.therapyfit.hooks.chart.PrefetchCompleter;
import dev.therapyfit.hooks.chart.PrefetchTemplate;
import dev.therapyfit.hooks.chart.ReadBulkheads;
import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.hooks.request.HookRequestDecoder;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The calls of every case, with the answer that the pipeline gives to each when nothing disturbs it. The cases' own tests
 * show that this answer is the right one; under load and failure it must stay the same, byte for byte but for ids.
 */
public final class ExpectedAnswers {
    private static final Pattern DECISION = Pattern.compile("https?://[^\"]*/decisions/[^\"]*");
    private static final Pattern CONTENT = Pattern.compile("https?://[^\"/]*/content/");
    private static final Pattern UUIDS =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

    private final ServiceCatalog catalog;
    private final HookPipeline pipeline;
    private final List<Case> cases;
    private final String jurisdiction;
    private final Instant at;
    private final JsonMapper json = new JsonMapper();

    private ExpectedAnswers(Content content, String jurisdiction, Instant at) {
        LoadedContent loaded = LoadedContent.of(content, CqlEvaluator.compile(content));
        this.catalog = loaded.catalog();
        this.cases = Cases.of(content);
        this.jurisdiction = jurisdiction;
        this.at = at;
        this.pipeline = HookPipeline.of(
                loaded,
                new HookRequestDecoder(),
                new PrefetchCompleter(FhirDataSource.NONE, ReadBulkheads.on(Runnable::run)));
    }

    /**
     * Reads the cases and compiles the content.
     *
     * @param content folder of the content with its cases
     * @param jurisdiction that the service is set to
     * @param at evaluation time that the service is held at
     */
    public static ExpectedAnswers of(Path content, String jurisdiction, Instant at) {
        return new ExpectedAnswers(Content.read(content), jurisdiction, at);
    }

    /**
     * One call.
     *
     * @param service the service to call
     * @param example the case it is made of
     * @param body what is sent
     * @param expected what the answer must be, without what differs from call to call
     * @param incomplete what the answer may be instead, where types of data could not be read
     */
    public record Call(
            CdsService service,
            Case example,
            String body,
            Once expected,
            Function<Set<String>, Stream<String>> incomplete) {
        /** True if the answer is the expected one, or the one that what was read leads to, where it says what was not. */
        public boolean mayBeAnsweredBy(String given) {
            return isAnsweredInFullBy(given) || incomplete.apply(unread(given)).anyMatch(comparable(given)::equals);
        }

        /** True if the answer is the expected one. */
        public boolean isAnsweredInFullBy(String given) {
            return comparable(given).equals(answer());
        }

        /** What the answer must be, without what differs from call to call. */
        public String answer() {
            return expected.get();
        }
    }

    /** Made when it is first asked for: a short trial asks for a few of thousands. */
    static final class Once {
        private final Supplier<String> source;
        private @Nullable String made;

        Once(Supplier<String> source) {
            this.source = source;
        }

        synchronized String get() {
            if (made == null) {
                made = source.get();
            }
            return made;
        }
    }

    /** The same question with nothing prefetched, for a service that may read a FHIR server. */
    public Call reading(Call call, String fhirServer) {
        String bare = HookBodies.bare(call.service().hook(), call.example())
                .put("fhirServer", fhirServer)
                .toString();
        return new Call(call.service(), call.example(), bare, call.expected(), types -> answersWithout(call, types));
    }

    /** The pipeline's answers where these types could not be read, be it by one of their prefetch keys or by several. */
    private Stream<String> answersWithout(Call call, Set<String> types) {
        List<Set<String>> missing = List.of(Set.of());
        for (String type : types) {
            List<Set<String>> some = subsets(call.service().prefetch().stream()
                    .filter(template -> template.type().equals(type))
                    .map(PrefetchTemplate::key)
                    .toList());
            missing = missing.stream()
                    .flatMap(keys -> some.stream().map(more -> union(keys, more)))
                    .toList();
        }
        return missing.stream().filter(keys -> !keys.isEmpty()).map(keys -> {
            byte[] body = HookBodies.prefetched(call.service(), call.example(), keys)
                    .toString()
                    .getBytes(StandardCharsets.UTF_8);
            return comparable(answer(call.service(), body));
        });
    }

    private static List<Set<String>> subsets(List<String> keys) {
        return IntStream.range(1, 1 << keys.size())
                .mapToObj(bits -> IntStream.range(0, keys.size())
                        .filter(i -> (bits >> i & 1) == 1)
                        .mapToObj(keys::get)
                        .collect(Collectors.toSet()))
                .toList();
    }

    private static Set<String> union(Set<String> some, Set<String> others) {
        return Stream.concat(some.stream(), others.stream()).collect(Collectors.toSet());
    }

    private static Set<String> unread(String given) {
        return new JsonMapper()
                .readTree(given)
                .path("cards")
                .valueStream()
                .flatMap(card ->
                        card.at("/extension/dev.therapyfit.decision/unread").valueStream())
                .map(JsonNode::stringValue)
                .collect(Collectors.toSet());
    }

    /** A call for every case and hook that fit together. */
    public List<Call> calls() {
        List<Call> calls = new ArrayList<>();
        for (Case example : cases) {
            for (CdsService service : catalog.services()) {
                if (HookBodies.fits(service.hook(), example)) {
                    calls.add(call(service, example));
                }
            }
        }
        return calls;
    }

    private Call call(CdsService service, Case example) {
        String body = HookBodies.prefetched(service, example, Set.of()).toString();
        return new Call(
                service,
                example,
                body,
                new Once(() -> comparable(answer(service, body.getBytes(StandardCharsets.UTF_8)))),
                types -> Stream.empty());
    }

    /** The services that the content declares. */
    public List<CdsService> services() {
        return catalog.services();
    }

    /** The cases. */
    public List<Case> cases() {
        return cases;
    }

    /**
     * The pipeline's answer to any body, in JSON; no FHIR server answers it.
     *
     * @throws dev.therapyfit.hooks.failure.CdsFailure if the body is refused
     */
    public String answer(CdsService service, byte[] body) {
        Deadline deadline = Deadline.in(Duration.ofMinutes(1));
        return json.writeValueAsString(pipeline.answer(new HookCall(
                        service,
                        pipeline.decode(service, body, deadline),
                        new Asker("reliability", jurisdiction, false),
                        at,
                        deadline,
                        id -> URI.create("https://cds.example/decisions/" + id)))
                .response());
    }

    /** An answer without what differs from call to call and from address to address: ids, and links to the service. */
    private static String comparable(String answer) {
        String noDecisions = DECISION.matcher(answer).replaceAll("(decision)");
        String noAddresses = CONTENT.matcher(noDecisions).replaceAll("(service)/content/");
        return UUIDS.matcher(noAddresses).replaceAll("(id)");
    }
}
