package dev.therapyfit.cql.terminology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.therapyfit.cql.content.Content;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TerminologyTest {
    private static final String A = "http://x/ValueSet/0";
    private static final String B = "http://x/ValueSet/1";

    @Test
    void concepts_filters_imports_and_exclusions_decide_membership() {
        Terminology terminology = terminology("""
                {"include": [{"system": "http://s", "concept": [{"code": "one"}]},
                             {"system": "http://s", "filter": [{"property": "code", "op": "regex", "value": "M17(\\\\..+)?"}]},
                             {"valueSet": ["http://x/ValueSet/1"]}],
                 "exclude": [{"system": "http://s", "concept": [{"code": "M17.9"}]}]}
                """, """
                {"include": [{"system": "http://t", "filter": [{"property": "code", "op": "=", "value": "two"}]}]}
                """);

        assertThat(terminology.contains(A, "http://s", "one")).isTrue();
        assertThat(terminology.contains(A, "http://t", "one")).isFalse();
        assertThat(terminology.contains(A, "http://s", "M17")).isTrue();
        assertThat(terminology.contains(A, "http://s", "M17.12")).isTrue();
        assertThat(terminology.contains(A, "http://s", "M170")).isFalse();
        assertThat(terminology.contains(A, "http://s", "XM17.1")).isFalse();
        assertThat(terminology.contains(A, "http://s", "M17.9")).isFalse();
        assertThat(terminology.contains(A, "http://t", "two")).isTrue();
        assertThat(terminology.contains(A, null, "one")).isFalse();
        assertThat(terminology.contains(A, "http://s", null)).isFalse();
        assertThat(terminology.enumerate(A)).isEmpty();
        assertThat(terminology.enumerate(B)).hasValueSatisfying(codes -> assertThat(codes)
                .containsExactly(new Terminology.Code("http://t", "two")));
    }

    @Test
    void an_unknown_value_set_is_an_error_and_not_a_no() {
        Terminology terminology =
                terminology("{\"include\": [{\"system\": \"http://s\", \"concept\": [{\"code\": \"c\"}]}]}");
        assertThatThrownBy(() -> terminology.contains("http://x/none", "http://s", "c"))
                .hasMessage("The content has no value set http://x/none");
    }

    @Test
    void a_concept_stands_alone_where_no_server_said_what_lies_below_it() {
        Terminology terminology = terminology(
                "{\"include\": [{\"system\": \"http://s\", \"filter\": [{\"property\": \"concept\", \"op\": \"is-a\", "
                        + "\"value\": \"c\"}]}]}");
        assertThat(terminology.contains("http://x/ValueSet/0", "http://s", "c")).isTrue();
        assertThat(terminology.contains("http://x/ValueSet/0", "http://s", "d")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "{}                                                                  ~ compose.include is empty",
                "{'include': [{'system': 'http://s'}]}                               ~ includes all of http://s",
                "{'include': [{'valueSet': ['http://x/none']}]}                      ~ which is not in the content",
                "{'include': [{'valueSet': ['http://x/ValueSet/0']}]}                ~ imports itself",
                "{'include': [{'system': 'http://s', 'filter': [{'property': 'parent', 'op': '=', 'value': '1'}]}]}     ~ filter on property parent",
                "{'include': [{'system': 'http://s', 'filter': [{'property': 'code', 'op': 'is-a', 'value': '1'}]}]}    ~ filter operator",
                "{'include': [{'system': 'http://s', 'filter': [{'property': 'code', 'op': 'regex', 'value': '('}]}]}   ~ no regular expression",
                "{'include': [{'system': 'http://s', 'concept': [{'code': 'c'}], 'valueSet': ['http://x/ValueSet/0']}]} ~ several sources",
            })
    void what_is_not_understood_stops_the_start(String compose, String problem) {
        assertThatThrownBy(() -> terminology(compose.replace('\'', '"'))).hasMessageContaining(problem);
    }

    private static Terminology terminology(String... composes) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("input/cql/X.cql", "library X version '1'".getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < composes.length; i++) {
            String valueSet = "{\"resourceType\": \"ValueSet\", \"url\": \"http://x/ValueSet/" + i
                    + "\", \"status\": \"active\", \"compose\": " + composes[i] + "}";
            files.put("input/vocabulary/valueset/" + i + ".json", valueSet.getBytes(StandardCharsets.UTF_8));
        }
        return Terminology.of(Content.of(files));
    }
}
