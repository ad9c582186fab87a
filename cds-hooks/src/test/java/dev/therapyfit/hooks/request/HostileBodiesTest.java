package dev.therapyfit.hooks.request;

import static dev.therapyfit.hooks.HookRequests.orderSign;
import static org.assertj.core.api.Assertions.assertThat;

import dev.therapyfit.cql.fhir.Bounds;
import dev.therapyfit.cql.fhir.Element;
import dev.therapyfit.cql.fhir.Primitive;
import dev.therapyfit.cql.record.PatientRecord;
import dev.therapyfit.hooks.Charts;
import dev.therapyfit.hooks.HookRequests;
import dev.therapyfit.hooks.failure.CdsFailure.BadHookRequest;
import dev.therapyfit.hooks.failure.CdsFailure.TooLarge;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Small bodies, none beyond the usual limit of 5 MiB, that would hold a thread for long: each is answered or refused soon,
 * whichever of both. What is measured is all that happens before the CQL: decoding, completing, and the record's digest.
 */
class HostileBodiesTest {
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final Duration LATEST = Duration.ofSeconds(30);
    private static final int MOST_BYTES = 5 * 1024 * 1024;
    private static final String ZEROS = "0".repeat(1_001);

    /** The first body of all pays for the classes. */
    @BeforeAll
    static void warm_up() {
        Charts.record(of("'valueQuantity': {'value': 1.5}, 'note': [{'text': 'a'}]"))
                .sha256();
    }

    // ---- Numbers

    static Stream<Arguments> numbers() {
        return Stream.of(
                        "1e1000000",
                        ZEROS + "1e1000000",
                        ZEROS + "1E+20000000",
                        "-" + ZEROS + "1E+2000000",
                        "0." + ZEROS + "1e-2000000",
                        ZEROS + "." + ZEROS + "1e-2000000000",
                        "1." + ZEROS + "e2000000000",
                        "+" + ZEROS + "1e2000000",
                        // digits that Java takes and a pattern of 0 to 9 does not
                        "1e\u0662\u0660\u0660\u0660\u0660\u0660\u0660\u0660",
                        "\uff11e\uff12\uff10\uff10\uff10\uff10\uff10\uff10\uff10",
                        // no exponent at all
                        "7".repeat(1_900_000),
                        "0." + "7".repeat(1_900_000),
                        "7".repeat(400_000) + "." + "7".repeat(400_000),
                        "7".repeat(1_001),
                        "1e".repeat(900_000),
                        ".".repeat(1_900_000),
                        "\uff17".repeat(600_000))
                .map(number -> Arguments.of(shown(number), number));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("numbers")
    void a_number_as_a_text_is_answered_or_refused_soon_and_is_not_written_out(String shown, String number) {
        for (String element : new String[] {
            "'valueQuantity': {'value': 'NUMBER'}",
            "'extension': [{'url': 'u', 'valueDecimal': 'NUMBER'}]",
            "'modifierExtension': [{'url': 'u', 'valueQuantity': {'value': 'NUMBER'}}]",
            "'contained': [{'resourceType': 'Observation', 'id': 'c', 'valueQuantity': {'value': 'NUMBER'}}]",
            "'component': [{'valueRange': {'high': {'value': 'NUMBER'}}}]",
            "'valueSampledData': {'origin': {'value': 1}, 'period': 'NUMBER', 'dimensions': 1, 'data': '1'}"
        }) {
            endsSoon(of(element).replace("NUMBER", number)).ifPresent(HostileBodiesTest::assertHoldsNoHugeNumber);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("numbers")
    void a_number_as_a_text_in_the_order_is_answered_or_refused_soon(String shown, String number) {
        String body = Charts.emptied(orderSign())
                .withJson("context.draftOrders.entry.0.resource.dosageInstruction", """
                        [{"doseAndRate": [{"doseQuantity": {"value": "NUMBER"}}]}]
                        """)
                .toString();

        endsSoon(body.replace("NUMBER", number)).ifPresent(HostileBodiesTest::assertHoldsNoHugeNumber);
    }

    private static void assertHoldsNoHugeNumber(PatientRecord record) {
        assertThat(record.facts()).noneMatch(fact -> holdsHugeNumber(fact.resource()));
    }

    private static boolean holdsHugeNumber(Element element) {
        return (element instanceof Primitive primitive
                        && primitive.value() instanceof BigDecimal number
                        && Bounds.isNoMeasure(number))
                || element.children().anyMatch(HostileBodiesTest::holdsHugeNumber);
    }

    // ---- Narrative, extensions, contained resources, references, dates

    static Stream<Arguments> bodies() {
        return Stream.of(
                body(
                        "many numbers of 20,000 digits",
                        many(240, i -> observation(i, "'valueQuantity': {'value': '" + "7".repeat(20_000) + "'}"))),
                // narrative
                body("namespaces", of(narrative(namespaces(80_000) + ">" + "<p/>".repeat(100_000)))),
                body("fewer namespaces", of(narrative(namespaces(8_000) + ">" + "<p/>".repeat(10_000)))),
                body("a namespace a level", of(narrative(">" + levels(30_000)))),
                body("levels", of(narrative(">" + "<b>".repeat(250_000) + "</b>".repeat(250_000)))),
                body("fewer levels", of(narrative(">" + "<b>".repeat(10_000) + "</b>".repeat(10_000)))),
                body("elements", of(narrative(">" + "<p/>".repeat(450_000)))),
                body("attributes", of(narrative(repeated(90_000, i -> " a" + i + "=\\\"u\\\"", "") + ">"))),
                body("entities", of(narrative(">" + "&amp;".repeat(350_000)))),
                body(
                        "ten narratives",
                        many(10, i -> observation(i, narrative(namespaces(8_000) + ">" + "<p/>".repeat(10_000))))),
                body(
                        "a narrative in a contained resource",
                        of("'contained': [{'resourceType': 'Basic', 'id': 'c', "
                                + narrative(namespaces(40_000) + ">" + "<p/>".repeat(50_000)) + "}]")),
                body(
                        "a narrative of an outcome",
                        Charts.of(
                                        "Observation",
                                        "{\"resourceType\": \"OperationOutcome\", \"issue\": [], "
                                                + json(narrative(namespaces(40_000) + ">" + "<p/>".repeat(50_000)))
                                                + "}")
                                .toString()),
                // extensions
                body(
                        "deep extensions",
                        of("'extension': " + "[{'url': 'u', 'extension': ".repeat(42) + "[]" + "}]".repeat(42))),
                body(
                        "deeper extensions than may be",
                        of("'extension': " + "[{'url': 'u', 'extension': ".repeat(20_000) + "[]"
                                + "}]".repeat(20_000))),
                body("branching extensions", of("'extension': [" + tree(13) + "]")),
                body(
                        "wide extensions",
                        of("'extension': ["
                                + repeated(
                                        500,
                                        i -> "{'url': 'a', 'extension': ["
                                                + repeated(100, j -> "{'url': 'b', 'valueCode': 'c'}", ", ") + "]}",
                                        ", ")
                                + "]")),
                body(
                        "extensions of many primitives",
                        of("'note': ["
                                + repeated(
                                        500,
                                        i -> "{'text': 'a', '_text': {'extension': ["
                                                + repeated(60, j -> "{'url': 'u', 'valueCode': 'c'}", ", ") + "]}}",
                                        ", ")
                                + "]")),
                // contained resources
                body("contained resources", of("'contained': [" + repeated(4_900, i -> contained(i, ""), ", ") + "]")),
                body(
                        "contained resources of one id",
                        of("'contained': [" + repeated(4_900, i -> contained(1, ""), ", ") + "]")),
                body(
                        "a chain of contained resources",
                        of("'focus': [{'reference': '#c0'}], 'contained': ["
                                + repeated(
                                        4_900,
                                        i -> contained(i, ", 'focus': [{'reference': '#c" + (i + 1) + "'}]"),
                                        ", ")
                                + "]")),
                body(
                        "contained resources that refer to each other",
                        of("'contained': ["
                                + repeated(
                                        2_400,
                                        i -> contained(
                                                i,
                                                ", 'focus': ["
                                                        + repeated(
                                                                80, j -> "{'reference': '#c" + (2_399 - j) + "'}", ", ")
                                                        + "]"),
                                        ", ")
                                + "]")),
                body(
                        "contained in contained",
                        of("'contained': " + "[{'resourceType': 'Basic', 'id': 'c', 'contained': ".repeat(40) + "[]"
                                + "}]".repeat(40))),
                // one id
                body(
                        "a long resource and many short ones of its id",
                        many(
                                4_000,
                                i -> observation(
                                        1,
                                        i == 0
                                                ? "'note': ["
                                                        + repeated(
                                                                500, j -> "{'text': '" + "a".repeat(3_400) + "'}", ", ")
                                                        + "]"
                                                : "'valueInteger': " + i))),
                body(
                        "a resource of many elements and others of its id",
                        many(
                                1_000,
                                i -> observation(
                                        1,
                                        i == 0
                                                ? "'component': ["
                                                        + repeated(
                                                                500,
                                                                j -> "{'code': {'coding': ["
                                                                        + repeated(
                                                                                60, k -> "{'code': '" + k + "'}", ", ")
                                                                        + "]}}",
                                                                ", ")
                                                        + "]"
                                                : "'valueInteger': " + i))),
                body("resources without an id", many(4_900, i -> observation(1, "'valueInteger': " + i)
                        .replace("\"id\": \"o1\", ", ""))),
                // references, URIs, dates
                body("a long reference", of("'focus': [{'reference': '" + "a/".repeat(950_000) + "'}]")),
                body(
                        "a reference of many versions",
                        of("'focus': [{'reference': '" + "Observation/1/_history/".repeat(80_000) + "1'}]")),
                body("a reference of fragments", of("'focus': [{'reference': '" + "#".repeat(1_900_000) + "'}]")),
                body(
                        "a long URI",
                        of("'extension': [{'url': 'http://h/" + "a/".repeat(900_000) + "', 'valueCode': 'c'}]")),
                body("a long id", of("'meta': {'versionId': '" + "1".repeat(1_900_000) + "'}")),
                body(
                        "a long base URL",
                        Charts.empty()
                                .with("fhirServer", "http://h" + "/a".repeat(900_000))
                                .toString()),
                body(
                        "a long host",
                        Charts.empty()
                                .with("fhirServer", "http://" + "a.".repeat(900_000) + "b/fhir")
                                .toString()),
                body(
                        "a long patient id",
                        Charts.empty()
                                .with("context.patientId", "Patient/".repeat(200_000))
                                .toString()),
                body("a huge year", of("'effectiveDateTime': '999999999-01-01'")),
                body("a long year", of("'effectiveDateTime': '" + "9".repeat(1_900_000) + "'")),
                body(
                        "a long fraction of a second",
                        of("'effectiveDateTime': '2020-01-01T00:00:00." + "1".repeat(1_900_000) + "Z'")),
                body(
                        "a long offset",
                        of("'effectiveDateTime': '2020-01-01T00:00:00+" + "0".repeat(1_900_000) + ":00'")),
                body("a long time", of("'valueTime': '12:00:00." + "1".repeat(1_900_000) + "'")),
                body("blanks before a date", of("'effectiveDateTime': '" + " ".repeat(1_900_000) + "2020-01-01'")),
                // structure
                body(
                        "empty entries",
                        Charts.of("Observation", observation(1, ""))
                                .toString()
                                .replace("\"entry\":[", "\"entry\":[" + "{},".repeat(900_000))),
                body(
                        "nested Bundles",
                        Charts.of(
                                        "Observation",
                                        "{\"resourceType\": \"Bundle\", \"entry\": [{\"resource\": ".repeat(25)
                                                + observation(1, "")
                                                + "}]}".repeat(25))
                                .toString()),
                body("unknown elements", of(repeated(60_000, i -> "'zz" + i + "': 1", ", "))),
                body("names of one hash", of(colliding(14))),
                body(
                        "a text that is no base64",
                        of("'extension': [{'url': 'u', 'valueBase64Binary': '" + "!".repeat(1_900_000) + "'}]")),
                body(
                        "orders and their products",
                        Charts.emptied(orderSign())
                                .withJson(
                                        "context.draftOrders.entry",
                                        "[" + json(repeated(2_400, HostileBodiesTest::orderAndProduct, ", ")) + "]")
                                .toString()),
                body("many that cannot be read", many(4_900, i -> observation(i, "'effectiveDateTime': '2019-02-30'"))),
                body(
                        "the last one cannot be read",
                        many(4_900, i -> observation(i, i == 4_899 ? "'status': 'zz'" : ""))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bodies")
    void a_small_body_is_answered_or_refused_soon(String name, String body) {
        assertThat(body.length()).isLessThan(MOST_BYTES);

        endsSoon(body);
    }

    /** The record of a body that is answered; empty if it is refused. Anything else, an {@code Error} too, fails. */
    private static Optional<PatientRecord> endsSoon(String body) {
        return soon(() -> {
            try {
                PatientRecord record = Charts.record(body);
                record.sha256();
                return Optional.of(record);
            } catch (BadHookRequest | TooLarge refused) {
                assertThat(String.valueOf(refused.getMessage()).length()).isLessThan(1_000);
                return Optional.empty();
            }
        });
    }

    /** Runs to its end, but not for longer than it may: the work is counted, since others use this machine too. */
    private static <T> T soon(Callable<T> work) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        FutureTask<T> task = new FutureTask<>(work);
        Thread thread = new Thread(task, "hostile");
        thread.setDaemon(true);
        long begun = System.nanoTime();
        thread.start();
        long spent = 0;
        while (true) {
            try {
                return task.get(20, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                spent = Math.max(spent, threads.getThreadCpuTime(thread.getId()));
                assertThat(Duration.ofNanos(spent)).as("work of the thread").isLessThan(SOON);
                assertThat(Duration.ofNanos(System.nanoTime() - begun))
                        .as("time")
                        .isLessThan(LATEST);
            } catch (ExecutionException e) {
                throw new AssertionError("neither answered nor refused", e.getCause());
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    // ---- Bodies

    private static Arguments body(String name, String body) {
        return Arguments.of(name, body);
    }

    private static String of(String elements) {
        return Charts.of("Observation", observation(1, "BODY")).toString().replace("\"BODY\":1", json(elements));
    }

    private static String many(int count, IntFunction<String> resource) {
        HookRequests request = Charts.empty();
        return request.toString()
                .replace(
                        "\"observation\":null",
                        "\"observation\":"
                                + Charts.searchSet(IntStream.range(0, count)
                                        .mapToObj(resource)
                                        .toArray(String[]::new)));
    }

    private static String observation(int id, String elements) {
        return Charts.resource("Observation", "o" + id, elements.equals("BODY") ? "\"BODY\":1" : json(elements));
    }

    private static String contained(int id, String elements) {
        return "{'resourceType': 'Observation', 'id': 'c" + id + "', 'status': 'final'" + elements + "}";
    }

    private static String orderAndProduct(int i) {
        return """
                {'resource': {'resourceType': 'MedicationRequest', 'id': 'r%1$s', 'status': 'draft', 'intent': 'order',
                  'subject': {'reference': 'Patient/zz-patient'}, 'medicationReference': {'reference': 'Medication/m%1$s'}}},
                {'resource': {'resourceType': 'Medication', 'id': 'm%1$s'}}""".formatted(i);
    }

    private static String narrative(String rest) {
        return "'text': {'status': 'generated', 'div': '<div xmlns=\\\"http://www.w3.org/1999/xhtml\\\"" + rest
                + "</div>'}";
    }

    private static String namespaces(int count) {
        return repeated(count, i -> " xmlns:n" + Integer.toString(i, 36) + "=\\\"u\\\"", "");
    }

    private static String levels(int count) {
        return repeated(count, i -> "<p xmlns:n" + i + "=\\\"u\\\">", "") + "</p>".repeat(count);
    }

    private static String tree(int depth) {
        return depth == 0
                ? "{'url': 'u', 'valueCode': 'c'}"
                : "{'url': 'u', 'extension': [" + tree(depth - 1) + ", " + tree(depth - 1) + "]}";
    }

    /** Names with the same hash code, two to the power of so many. */
    private static String colliding(int bits) {
        return repeated(
                1 << bits,
                i -> IntStream.range(0, bits)
                        .mapToObj(bit -> (i >> bit & 1) == 0 ? "Aa" : "BB")
                        .collect(Collectors.joining("", "'", "': 1")),
                ", ");
    }

    private static String repeated(int count, IntFunction<String> part, String separator) {
        return IntStream.range(0, count).mapToObj(part).collect(Collectors.joining(separator));
    }

    private static String json(String withApostrophes) {
        return withApostrophes.replace('\'', '"');
    }

    private static String shown(String number) {
        return number.length() <= 30
                ? number
                : number.substring(0, 10) + "... (" + number.length() + ") ..."
                        + number.substring(number.length() - 10);
    }
}
