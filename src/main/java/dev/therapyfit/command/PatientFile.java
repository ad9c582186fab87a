package dev.therapyfit.command;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.parser.LenientErrorHandler;
import dev.therapyfit.cql.record.BundleContents;
import dev.therapyfit.cql.record.Origin;
import dev.therapyfit.cql.record.PatientRecord;
import dev.therapyfit.cql.record.Unread;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Medication;
import org.hl7.fhir.r4.model.MedicationRequest;
import org.hl7.fhir.r4.model.MedicationRequest.MedicationRequestStatus;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.ServiceRequest.ServiceRequestStatus;
import org.jspecify.annotations.Nullable;

/** Reads a patient, and what is ordered, from files. */
final class PatientFile {
    private PatientFile() {}

    /**
     * Makes a record of two files.
     *
     * @param patient a Bundle with one Patient; its draft orders count as ordered
     * @param order an order or a Bundle of orders and their Medications; all of it counts as ordered, so a copy of each
     *     order is made a draft
     * @throws UnusableInput if a file cannot be read as that
     */
    static PatientRecord read(Path patient, @Nullable Path order) {
        return read(patient, order, List.of());
    }

    /** The same where some types could not be read. */
    static PatientRecord read(Path patient, @Nullable Path order, List<Unread> unread) {
        if (!(parse(patient, "--patient") instanceof Bundle bundle)) {
            throw new UnusableInput("--patient " + patient + ": expected a FHIR R4 Bundle");
        }
        List<Resource> chart = BundleContents.of(bundle);
        long patients = chart.stream()
                .filter(Patient.class::isInstance)
                .map(one -> one.getIdElement().getIdPart())
                .distinct()
                .count();
        if (patients != 1) {
            throw new UnusableInput("--patient " + patient + ": expected one Patient in the Bundle, got " + patients);
        }
        PatientRecord.Builder record = PatientRecord.builder();
        if (order != null) {
            ordered(order).forEach(resource -> record.add(resource, Origin.CONTEXT));
        }
        try {
            chart.forEach(resource ->
                    record.add(resource, PatientRecord.isDraftOrder(resource) ? Origin.CONTEXT : Origin.PREFETCH));
        } catch (IllegalArgumentException e) {
            throw new UnusableInput(
                    "--patient " + patient + ": expected one Patient in the Bundle, got two that differ");
        }
        unread.forEach(type -> record.addUnread(type.type(), type.reason()));
        return record.build();
    }

    private static List<Resource> ordered(Path order) {
        Resource given = parse(order, "--order");
        List<Resource> resources = given instanceof Bundle bundle ? BundleContents.of(bundle) : List.of(given);
        for (Resource resource : resources) {
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

    private static Resource parse(Path file, String option) {
        String json;
        try {
            json = Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new UnusableInput(option + " " + file + ": no such file");
        } catch (CharacterCodingException e) {
            throw new UnusableInput(option + " " + file + ": expected JSON in UTF-8");
        } catch (IOException e) {
            throw new UnusableInput(option + " " + file + ": cannot be read");
        }
        try {
            IBaseResource resource = FhirContext.forR4Cached()
                    .newJsonParser()
                    .setParserErrorHandler(new LenientErrorHandler(false))
                    .parseResource(json);
            return (Resource) resource;
        } catch (DataFormatException | ClassCastException | IllegalArgumentException e) {
            throw new UnusableInput(option + " " + file + ": expected a FHIR R4 resource in JSON ("
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse("") + ")");
        }
    }
}
