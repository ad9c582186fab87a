package dev.therapyfit.hooks;

import dev.therapyfit.cql.record.PatientRecord;
import dev.therapyfit.hooks.chart.FhirDataSource;
import dev.therapyfit.hooks.chart.OrderedProducts;
import dev.therapyfit.hooks.chart.PrefetchCompleter;
import dev.therapyfit.hooks.chart.PrefetchTemplate;
import dev.therapyfit.hooks.chart.ReadBulkheads;
import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.hooks.request.Hook;
import dev.therapyfit.hooks.request.HookRequest;
import dev.therapyfit.hooks.request.HookRequestDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Calls that send a chart of several types, and what is read of them: from the bytes of the body to the record. Whatever a
 * test does not send is sent as {@code null}, so that nothing is unread for another reason, and no FHIR server answers.
 */
public final class Charts {
    /** The keys of the templates: the type with a small letter. */
    public static final List<String> TYPES = List.of(
            "AllergyIntolerance",
            "Condition",
            "Consent",
            "DocumentReference",
            "Media",
            "MedicationRequest",
            "MedicationStatement",
            "Observation");

    private static final List<PrefetchTemplate> TEMPLATES = Stream.concat(
                    Stream.of(new PrefetchTemplate("patient", "Patient", "", "", List.of(), "", 0, "", false)),
                    TYPES.stream()
                            .map(type ->
                                    new PrefetchTemplate(key(type), type, "patient", "", List.of(), "", 0, "", false)))
            .toList();
    private static final Set<String> KEYS =
            TEMPLATES.stream().map(PrefetchTemplate::key).collect(Collectors.toUnmodifiableSet());
    private static final PrefetchCompleter COMPLETER =
            new PrefetchCompleter(FhirDataSource.NONE, ReadBulkheads.on(Runnable::run));
    private static final LocalDate TODAY = LocalDate.parse("2026-06-15");

    private Charts() {}

    /** An opened chart of the patient, in which nothing is. */
    public static HookRequests empty() {
        return emptied(HookRequests.patientView());
    }

    /** The same for a call of any hook. */
    public static HookRequests emptied(HookRequests request) {
        request.prefetching("patient", Records.patient());
        TYPES.forEach(type -> request.withJson("prefetch." + key(type), "null"));
        return request;
    }

    /** An opened chart with one search set, of resources as JSON. */
    public static HookRequests of(String type, String... resources) {
        return empty().withJson("prefetch." + key(type), searchSet(resources));
    }

    /** A search set of resources as JSON. */
    public static String searchSet(String... resources) {
        return Stream.of(resources)
                .map(resource -> "{\"resource\": " + resource + "}")
                .collect(Collectors.joining(
                        ", ", "{\"resourceType\": \"Bundle\", \"type\": \"searchset\", \"entry\": [", "]}"));
    }

    /** A resource of the patient as JSON, without what FHIR requires of its type. */
    public static String resource(String type, String id, String elements) {
        String subject = type.equals("AllergyIntolerance") || type.equals("Consent") ? "patient" : "subject";
        return "{\"resourceType\": \"%s\", \"id\": \"%s\", \"%s\": {\"reference\": \"Patient/%s\"}%s}"
                .formatted(type, id, subject, Records.PATIENT_ID, elements.isEmpty() ? "" : ", " + elements);
    }

    public static HookRequest decoded(byte[] body, Hook hook) {
        return new HookRequestDecoder().decode(body, hook, KEYS);
    }

    /** What is known after a call. */
    public static PatientRecord record(HookRequests request) {
        return record(request.toString());
    }

    /** What is known after a call. */
    public static PatientRecord record(String body) {
        Hook hook = Stream.of(Hook.values())
                .filter(one -> body.contains('"' + one.code() + '"'))
                .findFirst()
                .orElseThrow();
        HookRequest request = decoded(body.getBytes(StandardCharsets.UTF_8), hook);
        Deadline deadline = Deadline.in(Duration.ofSeconds(20));
        OrderedProducts products = COMPLETER.products(request, TEMPLATES, deadline);
        return COMPLETER.complete(request, products, TEMPLATES, Set.of("Medication"), TODAY, deadline);
    }

    private static String key(String type) {
        return Character.toLowerCase(type.charAt(0)) + type.substring(1);
    }
}
