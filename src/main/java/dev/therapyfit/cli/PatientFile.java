package dev.therapyfit.cli;

import ca.uhn.fhir.context.FhirContext;
import dev.therapyfit.cql.reading.ReadBundle;
import dev.therapyfit.cql.reading.ResourceReader;
import dev.therapyfit.cql.reading.Unreadable;
import dev.therapyfit.cql.reading.UnreadableResource;
import dev.therapyfit.cql.record.BundleContents;
import dev.therapyfit.cql.record.Incomplete;
import dev.therapyfit.cql.record.Modifiers;
import dev.therapyfit.cql.record.Origin;
import dev.therapyfit.cql.record.PatientRecord;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hl7.fhir.r4.model.Medication;
import org.hl7.fhir.r4.model.MedicationRequest;
import org.hl7.fhir.r4.model.MedicationRequest.MedicationRequestStatus;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.ServiceRequest.ServiceRequestStatus;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads a patient, and what is ordered, from files. */
final class PatientFile {
    private static final int LONGEST_STRING = 2_000_000;
    private static final ResourceReader READER = new ResourceReader(FhirContext.forR4Cached(), LONGEST_STRING);
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private PatientFile() {}

    /**
     * Makes a record of two files.
     *
     * @param patient a Bundle with one Patient; its draft orders count as ordered
     * @param order an order or a Bundle of orders and their Medications; all of it counts as ordered, so a copy of each
     *     order is made a draft
     * @param types what the content reads: all of it is incomplete if the Bundle says that it is not whole
     * @throws UnusableInput if a file cannot be read as that
     */
    static PatientRecord read(Path patient, @Nullable Path order, Set<String> types) {
        return read(patient, order, types, List.of());
    }

    /** The same where some types could not be read. */
    static PatientRecord read(Path patient, @Nullable Path order, Set<String> types, List<Incomplete> incomplete) {
        ReadBundle read = bundle(patient);
        List<Resource> chart = BundleContents.of(read.bundle());
        long patients = chart.stream()
                .filter(Patient.class::isInstance)
                .map(one -> one.getIdElement().getIdPart())
                .distinct()
                .count();
        read.unreadable().stream()
                .filter(one -> one.type().equals("Patient"))
                .findFirst()
                .ifPresent(one -> {
                    throw new UnusableInput("--patient " + patient + ": the Patient: " + one.reason());
                });
        if (patients != 1) {
            throw new UnusableInput("--patient " + patient + ": expected one Patient in the Bundle, got " + patients);
        }
        if (chart.stream().anyMatch(one -> one instanceof Patient && Modifiers.changeTheMeaningOf(one))) {
            throw new UnusableInput("--patient " + patient + ": the Patient " + Modifiers.REFUSED);
        }
        PatientRecord.Builder record = PatientRecord.builder();
        if (order != null) {
            List<Resource> ordered = ordered(order);
            BundleContents.resolve(read.bundle(), ordered);
            ordered.forEach(resource -> record.add(resource, Origin.CONTEXT));
        }
        try {
            chart.forEach(resource ->
                    record.add(resource, PatientRecord.isDraftOrder(resource) ? Origin.CONTEXT : Origin.PREFETCH));
        } catch (IllegalArgumentException e) {
            throw new UnusableInput(
                    "--patient " + patient + ": expected one Patient in the Bundle, got two that differ");
        }
        incomplete.forEach(type -> record.addIncomplete(type.type(), type.reason()));
        for (Unreadable one : read.unreadable()) {
            Set<String> possible = one.type().isEmpty() ? types : Set.of(one.type());
            possible.forEach(type -> record.addIncomplete(type, one.reason()));
        }
        read.fault()
                .map(Unreadable::reason)
                .or(() -> BundleContents.fault(read.bundle()))
                .ifPresent(fault ->
                        types.forEach(type -> record.addIncomplete(type, "the Bundle is not whole: " + fault)));
        return record.build();
    }

    private static List<Resource> ordered(Path order) {
        JsonNode json = json(order, "--order");
        List<Resource> resources;
        try {
            resources = ResourceReader.type(json).equals("Bundle")
                    ? whole(READER.readBundle(json))
                    : List.of(READER.read(json));
        } catch (UnreadableResource e) {
            throw new UnusableInput("--order " + order + ": " + e.unreadable().reason());
        }
        for (Resource resource : resources) {
            if (Modifiers.changeTheMeaningOf(resource)) {
                throw new UnusableInput("--order " + order + ": " + Modifiers.REFUSED);
            }
            if (resource instanceof MedicationRequest medication) {
                medication.setStatus(MedicationRequestStatus.DRAFT);
            } else if (resource instanceof ServiceRequest service) {
                service.setStatus(ServiceRequestStatus.DRAFT);
            } else if (!(resource instanceof Medication)) {
                throw new UnusableInput("--order " + order + ": expected MedicationRequest or ServiceRequest, got "
                        + resource.fhirType());
            }
        }
        return resources;
    }

    private static List<Resource> whole(ReadBundle read) throws UnreadableResource {
        Optional<Unreadable> fault = read.unreadable().stream().findFirst().or(read::fault);
        if (fault.isPresent()) {
            throw new UnreadableResource(fault.get());
        }
        return BundleContents.of(read.bundle());
    }

    private static ReadBundle bundle(Path file) {
        JsonNode json = json(file, "--patient");
        if (!ResourceReader.type(json).equals("Bundle")) {
            throw new UnusableInput("--patient " + file + ": expected a FHIR R4 Bundle");
        }
        return READER.readBundle(json);
    }

    private static JsonNode json(Path file, String option) {
        try {
            return JSON.readTree(Files.readString(file));
        } catch (NoSuchFileException e) {
            throw new UnusableInput(option + " " + file + ": no such file");
        } catch (CharacterCodingException e) {
            throw new UnusableInput(option + " " + file + ": expected JSON in UTF-8");
        } catch (IOException e) {
            throw new UnusableInput(option + " " + file + ": cannot be read");
        } catch (JacksonException e) {
            throw new UnusableInput(option + " " + file + ": expected a FHIR R4 resource in JSON");
        }
    }
}
