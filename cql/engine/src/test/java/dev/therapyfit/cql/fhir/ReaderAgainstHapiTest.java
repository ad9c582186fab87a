package dev.therapyfit.cql.fhir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.parser.StrictErrorHandler;
import com.sun.management.ThreadMXBean;
import dev.therapyfit.cql.content.Content;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.DomainResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What R4 allows is read as HAPI's parser reads it, and what HAPI's parser refuses is refused. */
class ReaderAgainstHapiTest {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();
    private static final ResourceReader READER = new ResourceReader(100_000);
    private static final int SEED = 20_261_129;

    /** Mutants of each resource; with {@code -Dmutants=100} it runs for minutes. */
    private static final int MUTANTS = Integer.getInteger("mutants", 2);

    private static final List<JsonNode> RESOURCES = resources();

    private final IParser hapi = FhirContext.forR4Cached()
            .newJsonParser()
            .setStripVersionsFromReferences(false)
            .setParserErrorHandler(new StrictErrorHandler());

    @Test
    void resources_of_the_test_cases_are_read_alike() {
        assertThat(RESOURCES)
                .hasSizeGreaterThan(1_000)
                .allSatisfy(resource -> assertThat(read(resource)).isPresent().isEqualTo(byHapi(resource)));
    }

    @Test
    void mutants_of_them_are_read_alike_or_refused() {
        Mutator mutator = new Mutator(new Random(SEED));
        List<String> differences = new ArrayList<>();
        int read = 0;
        int refused = 0;
        for (JsonNode resource : RESOURCES) {
            for (int i = 0; i < MUTANTS; i++) {
                ObjectNode mutant = (ObjectNode) resource.deepCopy();
                mutator.change(mutant);
                mutant.remove("text"); // which is skipped, whatever it is
                Optional<JsonNode> here = read(mutant);
                Optional<JsonNode> there = byHapi(mutant);
                if (here.isPresent() && !here.equals(there)) {
                    differences.add(mutant + " is read as " + here.get() + " and by HAPI as " + there);
                }
                read += here.isPresent() ? 1 : 0;
                refused += there.isEmpty() ? 1 : 0;
            }
        }

        assertThat(differences).isEmpty();
        assertThat(read).as("mutants that are read").isGreaterThan(RESOURCES.size() / 4);
        assertThat(refused).as("mutants that HAPI refuses").isGreaterThan(RESOURCES.size() / 4);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'resourceType':'Condition','code':{'coding':{'system':'http://x','code':'y'}}}",
                "{'resourceType':'Condition','code':{'coding':[{'system':'http://x','code':' y '},null]}}",
                "{'resourceType':'Condition','code':{'coding':[{'system':'http://x','code':'y'}]},'status':null}",
                "{'resourceType':'Condition','category':[],'code':{'coding':[{'system':'http://x','code':'y'}],'text':null}}",
                "{'resourceType':'Condition','text':7,'code':{'coding':[{'system':'http://x','code':'y'}]},'note':[{}]}",
            })
    void what_clients_write_so_and_can_mean_one_thing_only_is_read(String given) {
        assertThat(read(MAPPER.readTree(given.replace('\'', '"'))))
                .contains(MAPPER.readTree(
                        "{'resourceType':'Condition','code':{'coding':[{'system':'http://x','code':'y'}]}}"
                                .replace('\'', '"')));
    }

    /** Each stands for a kind of mistake that a hostile reader of R4's rules found to be passed over. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '#',
            value = {
                "{'resourceType':'Patient','deceasedDateTime':'2000-01-01T00:00:00+05:75'} | deceasedDateTime",
                "{'resourceType':'Patient','deceasedDateTime':'2000-01-01T00:00:00+14:30'} | deceasedDateTime",
                "{'resourceType':'Patient','deceasedDateTime':'2000-01-01T24:00:00Z'} | deceasedDateTime",
                "{'resourceType':'Patient','birthDate':'2000','_birthDate':[{'id':'x'},{'id':'y'}]} | _birthDate",
                "{'resourceType':'Patient','name':[{'given':['A'],'_given':[null,7]}]} | name[0]._given[1]",
                "{'resourceType':'Patient','extension':[{'url':'u','valueBase64Binary':'AA==','_valueString':{'id':'x'}}]}"
                        + " | extension[0]._valueString",
                "{'resourceType':'Patient','extension':[{'url':'u','_valueCode':{'id':'x'},'_valueString':{'id':'x'}}]}"
                        + " | extension[0]._valueString",
                "{'resourceType':'Patient','extension':[{'_url':{'id':'x'},'valueString':'a'}]} | extension[0].url",
            })
    void what_r4_forbids_is_named(String given, String element) {
        assertThatThrownBy(() -> READER.read(MAPPER.readTree(given.replace('\'', '"'))))
                .isInstanceOfSatisfying(
                        UnreadableResource.class,
                        e -> assertThat(e.unreadable().element()).isEqualTo(element));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'resourceType':'Patient','name':[{'given':['A',null],'_given':[null,{'id':'x'}]}]}",
                "{'resourceType':'Patient','name':[{'given':[null],'_given':[{'id':'x'}]}]}",
                "{'resourceType':'Patient','name':[{'given':['A'],'_given':[{'id':'x'}]}]}",
                "{'resourceType':'Patient','_birthDate':{'extension':[{'url':'http://x','valueCode':'unknown'}]}}",
                "{'resourceType':'Patient','deceasedDateTime':'2016-12-31T18:59:60-05:00'}",
                "{'resourceType':'Observation','valueTime':'12:00:60.1234567890'}",
            })
    void what_r4_allows_is_kept_as_it_is(String given) {
        JsonNode json = MAPPER.readTree(given.replace('\'', '"'));

        assertThat(read(json)).contains(json);
    }

    @Test
    void the_order_of_properties_does_not_matter() {
        Random random = new Random(SEED);
        Mutator mutator = new Mutator(random);
        for (JsonNode resource : RESOURCES) {
            ObjectNode mutant = (ObjectNode) resource.deepCopy();
            mutator.change(mutant);

            assertThat(read(shuffled(mutant, random)))
                    .as(mutant.toString())
                    .isEqualTo(read(shuffled(mutant, random)))
                    .isEqualTo(read(mutant));
        }
    }

    @Test
    void behind_what_cannot_be_read_the_next_is_read() {
        String bundle = """
                {"resourceType": "Bundle", "entry": [
                   {"resource": {"resourceType": "Observation", "id": "1", "valueInteger": 1e99999999999}},
                   {"resource": {"resourceType": "Patient", "contained": [{"resourceType": "No", "a": [{}]}], "id": "2"}},
                   {"resource": {"resourceType": "Patient", "name": [{"given": {"a": [1, {}]}}]}, "fullUrl": "urn:x"},
                   {"resource": [{"resourceType": "Patient"}]},
                   7,
                   {"resource": {"id": "3", "resourceType": "Patient"}, "fullUrl": "urn:y"},
                   {"resource": {"entry": [{"resource": {"resourceType": "Patient", "id": "4"}}], "resourceType": "Bundle"}}],
                 "type": "collection"}
                """;

        ReadBundle read = open(bundle).readBundle(() -> {});

        assertThat(read.unreadable())
                .extracting(unreadable -> unreadable.type() + "." + unreadable.element())
                .containsExactly("Observation.valueInteger", "Patient.contained[0]", "Patient.name[0].given", ".");
        assertThat(read.fault()).contains(new Unreadable("Bundle", "entry[4]", "an object"));
        assertThat(Json.of(read.bundle()))
                .isEqualTo("{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":["
                        + "{\"fullUrl\":\"urn:y\",\"resource\":{\"resourceType\":\"Patient\",\"id\":\"3\"}},"
                        + "{\"resource\":{\"resourceType\":\"Bundle\",\"entry\":["
                        + "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"4\"}}]}}]}");
    }

    @Test
    void resources_in_each_other_whose_types_stand_last_are_put_aside_once() {
        allocated(nested(1)); // pays for the classes

        assertThat(allocated(nested(30))).isLessThan(2 * allocated(nested(1)));
    }

    private static String nested(int levels) {
        String resource = "{\"a\":[" + "0,".repeat(200_000) + "0],\"resourceType\":\"Patient\"}";
        for (int i = 0; i < levels; i++) {
            resource = "{\"contained\":[" + resource + "],\"resourceType\":\"Patient\"}";
        }
        return resource;
    }

    private static long allocated(String json) {
        ThreadMXBean threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
        long before = threads.getCurrentThreadAllocatedBytes();
        assertThatThrownBy(() -> open(json).read()).isInstanceOf(UnreadableResource.class);
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    private static JsonNode shuffled(JsonNode json, Random random) {
        if (json.isArray()) {
            ArrayNode array = MAPPER.createArrayNode();
            json.forEach(value -> array.add(shuffled(value, random)));
            return array;
        }
        if (!json.isObject()) {
            return json;
        }
        List<String> names = new ArrayList<>(json.propertyNames());
        Collections.shuffle(names, random);
        ObjectNode object = MAPPER.createObjectNode();
        names.forEach(name -> object.set(name, shuffled(json.path(name), random)));
        return object;
    }

    private static List<JsonNode> resources() {
        return Content.read(Path.of("..")).filesUnder("input/tests/").values().stream()
                .map(MAPPER::readTree)
                .toList();
    }

    /** From its text, and from its tree, which must be alike. */
    private static Optional<JsonNode> read(JsonNode json) {
        Optional<JsonNode> read;
        try {
            read = Optional.of(MAPPER.readTree(Json.of(open(json.toString()).read())));
        } catch (UnreadableResource e) {
            read = Optional.empty();
        }
        try {
            assertThat(read).contains(MAPPER.readTree(Json.of(READER.read(json))));
        } catch (UnreadableResource e) {
            assertThat(read).isEmpty();
        }
        return read;
    }

    private static OpenResource open(String json) {
        JsonParser parser = MAPPER.createParser(json);
        parser.nextToken();
        return READER.open(parser);
    }

    private Optional<JsonNode> byHapi(JsonNode json) {
        try {
            IBaseResource resource = hapi.parseResource(json.toString());
            if (resource instanceof DomainResource domain) {
                domain.setText(null);
            }
            return Optional.of(MAPPER.readTree(hapi.encodeResourceToString(resource)));
        } catch (RuntimeException e) {
            return Optional
                    .empty(); // HAPI's parser answers some of what it cannot read with one that it does not declare
        }
    }
}
