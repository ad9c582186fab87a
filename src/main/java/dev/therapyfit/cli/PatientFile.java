package dev.therapyfit.cli;

import dev.therapyfit.cql.fhir.ReadBundle;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.fhir.ResourceReader;
import dev.therapyfit.cql.fhir.Unreadable;
import dev.therapyfit.cql.fhir.UnreadableResource;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads a patient, and what is ordered, from files. */
final class PatientFile {
    private static final int LONGEST_STRING = 2_000_000;
    private static final ResourceReader READER = new ResourceReader(LONGEST_STRING);
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private static final String PATIENT = "Patient";

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
                .filter(one -> one.isOf(PATIENT))
                .map(Resource::id)
                .distinct()
                .count();
        read.unreadable().stream()
                .filter(one -> one.type().equals(PATIENT))
                .findFirst()
                .ifPresent(one -> {
                    throw new UnusableInput("--patient " + patient + ": the Patient: " + one.reason());
                });
        if (patients != 1) {
            throw new UnusableInput("--patient " + patient + ": expected one Patient in the Bundle, got " + patients);
        }
        if (chart.stream().anyMatch(one -> one.isOf(PATIENT) && Modifiers.changeTheMeaningOf(one))) {
            throw new UnusableInput("--patient " + patient + ": the Patient " + Modifiers.REFUSED);
        }
        PatientRecord.Builder record = PatientRecord.builder();
        if (order != null) {
            BundleContents.resolved(read.bundle(), ordered(order))
                    .forEach(resource -> record.add(resource, Origin.CONTEXT));
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
        List<Resource> drafts = new ArrayList<>();
        for (Resource resource : resources) {
            if (Modifiers.changeTheMeaningOf(resource)) {
                throw new UnusableInput("--order " + order + ": " + Modifiers.REFUSED);
            }
            boolean isOrder = PatientRecord.isRequest(resource);
            if (!isOrder && !resource.isOf("Medication")) {
                throw new UnusableInput(
                        "--order " + order + ": expected MedicationRequest or ServiceRequest, got " + resource.type());
            }
            drafts.add(isOrder ? resource.with("status", "draft") : resource);
        }
        return drafts;
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
        } catch (JacksonException | NumberFormatException e) {
            // Jackson does not declare what it does with an exponent that is no int
            throw new UnusableInput(option + " " + file + ": expected a FHIR R4 resource in JSON");
        }
    }
}
