package dev.therapyfit.fhirserver.seed;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.parser.StrictErrorHandler;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.hl7.fhir.r4.model.AllergyIntolerance;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.HumanName;
import org.hl7.fhir.r4.model.MedicationRequest;
import org.hl7.fhir.r4.model.MedicationRequest.MedicationRequestStatus;
import org.hl7.fhir.r4.model.Narrative;
import org.hl7.fhir.r4.model.Narrative.NarrativeStatus;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.ServiceRequest.ServiceRequestStatus;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/**
 * The chosen patients. {@code seed/manifest.json} says which cases are chosen, in which order, the invented name and
 * story of each patient and the words of their problems (the cases have none) and the day for which the cases are written; the
 * build copies the cases beside it. Draft orders are left out: an order that is being written is in the hook call, not in the record.
 */
final class SeedPatients {
    private static final String MANIFEST = "seed/manifest.json";

    private SeedPatients() {}

    /** All patients, as they are on a day. */
    static List<SeedPatient> asOf(LocalDate day, FhirContext fhir) {
        Manifest manifest = manifest();
        DateShift shift = DateShift.between(LocalDate.parse(manifest.writtenFor()), day);
        IParser parser = fhir.newJsonParser().setParserErrorHandler(new StrictErrorHandler());
        return manifest.patients().stream()
                .map(entry -> {
                    List<Resource> resources = resources(entry.name(), parser);
                    resources.forEach(resource -> {
                        shift.apply(resource);
                        if (resource instanceof Patient patient) {
                            patient.addName(entry.humanName());
                            patient.setText(entry.narrative());
                        }
                        if (resource instanceof Condition condition) {
                            say(condition.getCode(), manifest.texts());
                        }
                        if (resource instanceof AllergyIntolerance allergy) {
                            say(allergy.getCode(), manifest.texts());
                        }
                    });
                    return new SeedPatient(entry.name(), resources);
                })
                .toList();
    }

    /** The words that clients show of a problem. */
    private static void say(CodeableConcept code, Map<String, String> texts) {
        if (!code.hasText()) {
            code.getCoding().stream()
                    .map(coding -> texts.get(coding.getCode()))
                    .filter(Objects::nonNull)
                    .findFirst()
                    .ifPresent(code::setText);
        }
    }

    private static List<Resource> resources(String name, IParser parser) {
        List<Resource> resources = new ArrayList<>();
        try {
            var files = new PathMatchingResourcePatternResolver().getResources("classpath:seed/" + name + "/*.json");
            Arrays.sort(files, Comparator.comparing(file -> String.valueOf(file.getFilename())));
            for (var file : files) {
                try (InputStream json = file.getInputStream()) {
                    Resource resource = (Resource) parser.parseResource(json);
                    if (!isDraftOrder(resource)) {
                        resources.add(resource);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Case " + name + " cannot be read", e);
        }
        return resources;
    }

    private static boolean isDraftOrder(Resource resource) {
        return (resource instanceof MedicationRequest medication
                        && medication.getStatus() == MedicationRequestStatus.DRAFT)
                || (resource instanceof ServiceRequest service && service.getStatus() == ServiceRequestStatus.DRAFT);
    }

    static Manifest manifest() {
        try (InputStream json = SeedPatients.class.getClassLoader().getResourceAsStream(MANIFEST)) {
            if (json == null) {
                throw new IllegalStateException(MANIFEST + " is missing");
            }
            return new ObjectMapper().readValue(json, Manifest.class);
        } catch (IOException e) {
            throw new UncheckedIOException(MANIFEST + " cannot be read", e);
        }
    }

    /** The words of a code are those that a clinician would have written, whatever its system. */
    record Manifest(String writtenFor, List<Entry> patients, Map<String, String> texts) {}

    /**
     * One line of the manifest.
     *
     * @param name name of the case
     * @param given the patient's invented given name
     * @param family the family name; animals have none
     * @param story the patient in a line, for whoever chooses one
     */
    record Entry(
            @JsonProperty("case") String name,
            String given,
            @Nullable String family,
            String story) {
        Narrative narrative() {
            Narrative narrative = new Narrative();
            narrative.setStatus(NarrativeStatus.ADDITIONAL);
            narrative.getDiv().addTag("p").addText(story);
            return narrative;
        }

        HumanName humanName() {
            HumanName human = new HumanName().addGiven(given);
            if (family != null) {
                human.setFamily(family);
            }
            return human;
        }
    }
}
