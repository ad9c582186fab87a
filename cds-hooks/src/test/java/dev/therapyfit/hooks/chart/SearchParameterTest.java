package dev.therapyfit.hooks.chart;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeSearchParam;
import ca.uhn.fhir.rest.api.RestSearchParameterTypeEnum;
import dev.therapyfit.hooks.chart.SearchParameter.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SearchParameterTest {
    /** Of 148 resource types, HL7 lists nearly all where any can be referred to. */
    private static final int ANY = 100;

    /** Of every type. */
    private static final String LAST_UPDATED = "_lastUpdated";

    private static final Path MADE = Path.of("target", "search-parameters.txt");

    /** Functions of FHIRPath that follow an element. */
    private static final Set<String> FUNCTIONS = Set.of("as", "where", "resolve", "is", "exists");

    @Test
    void the_table_is_what_hl7s_search_parameters_say() throws IOException {
        String made = table();
        Files.writeString(MADE, made);

        assertThat(SearchParameter.class.getResourceAsStream("search-parameters.txt"))
                .as("the table: if FHIR changed, take the one that this test made, cds-hooks/" + MADE)
                .isNotNull()
                .hasContent(made);
    }

    @Test
    void hapi_knows_the_same() {
        FhirContext fhir = FhirContext.forR4Cached();
        for (String type : fhir.getResourceTypes()) {
            Map<String, RuntimeSearchParam> known = new HashMap<>();
            fhir.getResourceDefinition(type).getSearchParams().stream()
                    .filter(one -> one.getParamType() == RestSearchParameterTypeEnum.DATE
                            || one.getParamType() == RestSearchParameterTypeEnum.REFERENCE)
                    .filter(one -> !one.getPath().isBlank() && !one.getName().equals(LAST_UPDATED))
                    .forEach(one -> known.put(one.getName(), one));
            List<SearchParameter> ours = new ArrayList<>(SearchParameter.of(type, Kind.DATE));
            ours.addAll(SearchParameter.of(type, Kind.REFERENCE));

            assertThat(ours)
                    .as(type)
                    .extracting(SearchParameter::name)
                    .containsExactlyInAnyOrderElementsOf(known.keySet());
        }
    }

    private static String table() throws IOException {
        TreeSet<String> lines = new TreeSet<>();
        try (InputStream json =
                SearchParameterTest.class.getResourceAsStream("/org/hl7/fhir/r4/model/sp/search-parameters.json")) {
            for (JsonNode entry : new JsonMapper().readTree(json).path("entry")) {
                JsonNode parameter = entry.path("resource");
                String kind = parameter.path("type").asString("");
                if (Set.of("date", "reference").contains(kind) && parameter.has("expression")) {
                    texts(parameter.path("base")).forEach(type -> {
                        String elements =
                                elements(type, parameter.path("expression").asString(""));
                        if (!elements.isEmpty()) {
                            lines.add(line(type, kind, elements, parameter));
                        }
                    });
                }
            }
        }
        return "# type, search parameter, kind, elements, targets in FHIR R4 (4.0.1), from HL7's search parameters;"
                + " SearchParameterTest makes it.\n" + String.join("\n", lines) + "\n";
    }

    private static String line(String type, String kind, String elements, JsonNode parameter) {
        List<String> targets = texts(parameter.path("target"));
        String listed = targets.size() > ANY ? "" : String.join(",", targets);
        return (type + " " + parameter.path("code").asString("") + " " + kind + " " + elements + " " + listed).strip();
    }

    private static String elements(String type, String expression) {
        return Pattern.compile("\\b" + type + "[.]([A-Za-z.]+)")
                .matcher(expression)
                .results()
                .map(found -> List.of(found.group(1).split("[.]", -1)).stream()
                        .takeWhile(step -> !FUNCTIONS.contains(step))
                        .collect(Collectors.joining(".")))
                .distinct()
                .collect(Collectors.joining(","));
    }

    private static List<String> texts(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(JsonNode::asString)
                .toList();
    }
}
