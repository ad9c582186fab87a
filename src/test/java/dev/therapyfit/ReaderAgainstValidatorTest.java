package dev.therapyfit;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.validation.SingleValidationMessage;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.fhir.Mutator;
import dev.therapyfit.cql.fhir.ResourceReader;
import dev.therapyfit.cql.fhir.UnreadableResource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Mutants of resources, read or refused as FHIR's validator finds their structure right or wrong. */
class ReaderAgainstValidatorTest {
    private static final int SEED = 20_261_130;

    /** With {@code -Dvalidated=10000} it runs for two minutes. */
    private static final int MUTANTS = Integer.getInteger("validated", 150);

    /**
     * What the validator finds beside what the reader promises: required elements and rules between elements, which a chart
     * may break and still be read; and what is read on purpose: objects and arrays without content, dates with a time of day, ids as
     * servers make them ({@code spec-readings.md}).
     */
    private static final Pattern NOT_PROMISED = Pattern.compile("Validation_VAL_Profile_Minimum"
            + "|http://hl7[.]org/fhir/StructureDefinition/.*"
            + "|null Object must have some content"
            + "|null Array cannot be empty.*"
            + "|Type_Specific_Checks_DT_Date_Valid"
            + "|Resource_RES_ID_Malformed_Chars");

    /** The validator looks no codes up here. */
    private static final String CODE = "a code of FHIR R4";

    private static final JsonMapper MAPPER = JsonMapper.shared();
    private static final ResourceReader READER = new ResourceReader(100_000);

    @Test
    void mutants_are_read_where_the_validator_finds_their_structure_right() {
        Random random = new Random(SEED);
        Mutator mutator = new Mutator(random);
        List<byte[]> resources = List.copyOf(
                Content.read(Path.of("../cql")).filesUnder("input/tests/").values());
        List<String> differences = new ArrayList<>();
        int refused = 0;
        for (int i = 0; i < MUTANTS; i++) {
            ObjectNode mutant = (ObjectNode) MAPPER.readTree(resources.get(random.nextInt(resources.size())));
            mutator.change(mutant);
            mutant.remove("text"); // which is skipped, whatever it is
            Optional<String> refusal = refusal(mutant);
            if (refusal.filter(reason -> reason.contains(CODE)).isPresent()) {
                continue;
            }
            List<String> faults = faults(mutant).stream()
                    .filter(fault ->
                            refusal.isPresent() || !NOT_PROMISED.matcher(fault).matches())
                    .toList();
            if (refusal.isEmpty() != faults.isEmpty()) {
                differences.add(refusal.orElse("read") + ", validator: " + faults + ": " + mutant);
            }
            refused += refusal.isPresent() ? 1 : 0;
        }

        assertThat(differences).isEmpty();
        assertThat(refused).as("mutants that are refused").isGreaterThan(MUTANTS / 4);
    }

    private static Optional<String> refusal(JsonNode mutant) {
        try {
            READER.read(mutant);
            return Optional.empty();
        } catch (UnreadableResource e) {
            return Optional.of(e.unreadable().reason());
        }
    }

    private static List<String> faults(JsonNode mutant) {
        try {
            return R4.validated(mutant.toString())
                    .map(ReaderAgainstValidatorTest::named)
                    .toList();
        } catch (ClassCastException e) {
            return List.of("the validator fails over a value in place of an object");
        }
    }

    private static String named(SingleValidationMessage message) {
        return message.getMessageId() == null ? "null " + message.getMessage() : message.getMessageId();
    }
}
