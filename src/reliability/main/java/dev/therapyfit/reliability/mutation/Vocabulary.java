package dev.therapyfit.reliability.mutation;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What can stand where: values that were seen under each field name of real bodies, the fields that objects of a type
 * have, and values that no real body holds.
 */
final class Vocabulary {
    private static final int MOST_VALUES = 96;
    private static final JsonMapper JSON = new JsonMapper();

    static final List<String> DATES = List.of(
            "2026",
            "2026-06",
            "2026-06-15",
            "2026-06-15T09:00:00Z",
            "2026-06-15T09:00:00.000000001+14:00",
            "2026-06-15T23:59:60Z",
            "2026-02-30",
            "2026-13-01",
            "0001",
            "0001-01-01",
            "0000-01-01",
            "9999-12-31",
            "9999-12-31T23:59:59.999-12:00",
            "1582-10-10",
            "2024-02-29",
            "-2026-01-01",
            "20260615",
            "2026-06-15T09",
            "1900-01-01",
            "2026-06-15T00:00:00+00:00",
            "today");

    static final List<String> NUMBERS = List.of(
            "0",
            "-0",
            "-1",
            "1",
            "3",
            "0.5",
            "1e2",
            "1E-8",
            "0.00000001",
            "0.000000001",
            "0.000000000000000000000000000000000000000001",
            "99999999999999999999.99999999",
            "100000000000000000000000000000",
            "99999999999999999999999999999999999999999999999",
            "-99999999999999999999999999999999999",
            "2147483647",
            "2147483648",
            "-2147483649",
            "9223372036854775808",
            "1e28",
            "1e29",
            "1e400",
            "1e-400",
            "1e999",
            "1e2000",
            "1e1000000");

    static final List<String> WORDS = List.of(
            "",
            " ",
            "zz-word",
            "zz-<b onmouseover=alert(1)>x</b>",
            "zz-![x](http://zz.example/x.png)",
            "zz-[x](javascript:alert(1))",
            "zz-|a|b|\n|---|---|\n|c|d|",
            "zz-\n\n# heading\n\n- item\n\n```\ncode",
            "zz-</script><script>alert(1)</script>",
            "zz-\u0000\u0001\u001f\u007f",
            "zz-\u202e\u2066\u200b\ufeff",
            "zz-\ud83d\ude00\u0301\u0301\u0301",
            "zz-\uffff\ufffe",
            "zz-" + "\u00df".repeat(60),
            "zz-%0d%0aSet-Cookie: a=b",
            "zz-\r\nX-Injected: yes",
            "zz-${jndi:ldap://127.0.0.1:1/a}",
            "zz-' or 1=1 --",
            "zz-../../../../etc/passwd",
            "zz-{{context.patientId}}",
            BodyMutator.LONE_SURROGATE,
            "urn:uuid:zz-not-a-uuid",
            "urn:oid:2.16.840.1.113883.6.96",
            "http://unitsofmeasure.org",
            "http://snomed.info/sct",
            "http://loinc.org",
            "true",
            "null",
            "NaN");

    static final List<String> REFERENCES = List.of(
            "Patient/zz-other",
            "Patient/",
            "Patient",
            "/",
            "#",
            "#zz-contained",
            "urn:uuid:00000000-0000-0000-0000-000000000000",
            "urn:uuid:",
            "http://127.0.0.1:1/fhir/Patient/zz-other",
            "Observation/zz-missing",
            "Condition/zz-missing/_history/3",
            "Medication/zz-missing",
            "Medication?code=zz-code",
            "zz-?zz=zz",
            "Patient/zz-" + "x".repeat(100));

    static final List<String> UNITS = List.of(
            "mg/L", "g/L", "mg/dL", "mm[Hg]", "cm2", "cm", "mm", "d", "wk", "mo", "a", "min", "h", "s", "%", "1",
            "{score}", "10*9/L", "10*3/uL", "U/L", "[IU]/mL", "ug/g", "zz-unit", "m/0", "mg//L", "", " ", "1/1", "((",
            "kg/m2");

    /** Samples of what a choice element such as value[x] can hold. */
    static final List<Map.Entry<String, String>> CHOICES = List.of(
            Map.entry(
                    "Quantity",
                    "{\"value\":3.5,\"unit\":\"mg/L\",\"system\":\"http://unitsofmeasure.org\",\"code\":\"mg/L\"}"),
            Map.entry("Quantity", "{\"value\":0,\"comparator\":\"<\"}"),
            Map.entry(
                    "Quantity",
                    "{\"comparator\":\">=\",\"system\":\"http://unitsofmeasure.org\",\"code\":\"[IU]/mL\"}"),
            Map.entry("CodeableConcept", "{\"text\":\"zz-text\"}"),
            Map.entry("CodeableConcept", "{\"coding\":[{\"system\":\"http://snomed.info/sct\",\"code\":\"zz-code\"}]}"),
            Map.entry("CodeableConcept", "{\"coding\":[{}]}"),
            Map.entry("String", "\"zz-text\""),
            Map.entry("Boolean", "true"),
            Map.entry("Integer", "3"),
            Map.entry("Integer", "-2147483648"),
            Map.entry("Range", "{\"low\":{\"value\":1},\"high\":{\"value\":0}}"),
            Map.entry("Ratio", "{\"numerator\":{\"value\":1},\"denominator\":{\"value\":0}}"),
            Map.entry("SampledData", "{\"origin\":{\"value\":0},\"period\":0,\"dimensions\":1}"),
            Map.entry("Time", "\"24:00:00\""),
            Map.entry("DateTime", "\"2026-05\""),
            Map.entry("DateTime", "\"2026-06-15T09:00:00Z\""),
            Map.entry("Date", "\"2026-05-01\""),
            Map.entry("Instant", "\"2026-05-01T09:00:00Z\""),
            Map.entry("Period", "{\"start\":\"2026-05\"}"),
            Map.entry("Period", "{\"end\":\"2025\"}"),
            Map.entry("Period", "{\"start\":\"2026-07-01\",\"end\":\"2020-01-01\"}"),
            Map.entry("Period", "{}"),
            Map.entry("Age", "{\"value\":60,\"system\":\"http://unitsofmeasure.org\",\"code\":\"a\"}"),
            Map.entry("Age", "{\"value\":1799.999,\"system\":\"http://unitsofmeasure.org\",\"code\":\"mo\"}"),
            Map.entry("Age", "{\"code\":\"a\"}"),
            Map.entry("Duration", "{\"value\":6,\"system\":\"http://unitsofmeasure.org\",\"code\":\"wk\"}"),
            Map.entry("Duration", "{\"value\":-6,\"code\":\"zz\"}"),
            Map.entry(
                    "Timing",
                    "{\"repeat\":{\"frequency\":2,\"period\":0,\"periodUnit\":\"d\","
                            + "\"boundsDuration\":{\"value\":2,\"code\":\"wk\"}}}"),
            Map.entry("Timing", "{\"repeat\":{\"frequency\":1,\"period\":1,\"boundsPeriod\":{\"start\":\"2026-06\"}}}"),
            Map.entry("Timing", "{\"event\":[\"2026-06\",\"0001\"]}"),
            Map.entry("Timing", "{\"repeat\":{\"count\":2147483647}}"),
            Map.entry("Timing", "{\"code\":{\"text\":\"zz-daily\"}}"),
            Map.entry("Reference", "{\"reference\":\"#zz-contained\"}"),
            Map.entry("Reference", "{\"display\":\"zz-display\"}"));

    private final Map<String, List<JsonNode>> values = new LinkedHashMap<>();
    private final Map<String, List<String>> fields = new LinkedHashMap<>();
    private final List<JsonNode> resources;

    /** Reads real bodies. */
    Vocabulary(Iterable<? extends JsonNode> bodies) {
        Map<String, Set<JsonNode>> seen = new LinkedHashMap<>();
        Map<String, Set<String>> names = new LinkedHashMap<>();
        for (JsonNode body : bodies) {
            look("", body, seen, names);
        }
        seen.forEach((name, set) -> values.put(name, List.copyOf(set)));
        names.forEach((name, set) -> fields.put(name, List.copyOf(set)));
        resources = values("resource");
    }

    private static void look(
            String name, JsonNode node, Map<String, Set<JsonNode>> seen, Map<String, Set<String>> names) {
        if (node.isArray()) {
            node.forEach(element -> look(name, element, seen, names));
            return;
        }
        if (node.isObject()) {
            Set<String> fields = names.computeIfAbsent(kind(name, node), key -> new TreeSet<>());
            node.properties().forEach(field -> {
                fields.add(field.getKey());
                Set<JsonNode> known = seen.computeIfAbsent(field.getKey(), key -> new LinkedHashSet<>());
                field.getValue().forEach(element -> {
                    if (field.getValue().isArray()) {
                        remember(known, element);
                    }
                });
                if (!field.getValue().isArray()) {
                    remember(known, field.getValue());
                }
                look(field.getKey(), field.getValue(), seen, names);
            });
        }
    }

    private static void remember(Set<JsonNode> known, JsonNode value) {
        if (known.size() < MOST_VALUES) {
            known.add(value);
        }
    }

    /** Resources by their type, other objects by the field that holds them. */
    static String kind(String name, JsonNode node) {
        JsonNode type = node.get("resourceType");
        return type != null && type.isString() ? type.stringValue() : name;
    }

    /** Values seen under that name; empty if none was. */
    List<JsonNode> values(String name) {
        return values.getOrDefault(name, List.of());
    }

    /** Fields seen in objects of that kind, sorted. */
    List<String> fields(String kind) {
        return fields.getOrDefault(kind, List.of());
    }

    /** Resources of all bodies. */
    List<JsonNode> resources() {
        return resources;
    }

    static JsonNode parse(String text) {
        return JSON.readTree(text);
    }
}
