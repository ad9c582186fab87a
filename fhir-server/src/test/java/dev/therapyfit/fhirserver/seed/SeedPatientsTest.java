package dev.therapyfit.fhirserver.seed;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.MedicationRequest;
import org.hl7.fhir.r4.model.MedicationRequest.MedicationRequestStatus;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.ServiceRequest.ServiceRequestStatus;
import org.junit.jupiter.api.Test;

class SeedPatientsTest {
    private static final LocalDate WRITTEN_FOR =
            LocalDate.parse(SeedPatients.manifest().writtenFor());

    private final List<SeedPatient> patients = SeedPatients.asOf(WRITTEN_FOR, FhirContext.forR4Cached());

    @Test
    void the_manifest_names_exactly_the_cases_that_the_build_copies() throws IOException {
        try (Stream<Path> copied = Files.list(Path.of("target/classes/seed"))) {
            assertThat(copied.filter(Files::isDirectory)
                            .map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(
                            patients.stream().map(SeedPatient::id).toList());
        }
    }

    @Test
    void the_cases_are_written_for_the_day_of_the_manifest() throws IOException {
        for (SeedPatient patient : patients) {
            assertThat(Files.readString(Path.of("../cql/expected", patient.id() + ".yaml")))
                    .contains("at: '" + WRITTEN_FOR);
        }
    }

    @Test
    void each_case_is_one_patient_of_the_same_id_with_one_name() {
        assertThat(patients).hasSizeBetween(12, 25).allSatisfy(patient -> {
            List<Patient> found = patient.resources().stream()
                    .filter(Patient.class::isInstance)
                    .map(Patient.class::cast)
                    .toList();
            assertThat(found).hasSize(1);
            assertThat(found.get(0).getIdElement().getIdPart()).isEqualTo(patient.id());
            assertThat(found.get(0).getName()).hasSize(1);
        });
        assertThat(patients.stream().flatMap(patient -> patient.resources().stream()))
                .extracting(resource -> resource.fhirType() + "/" + resource.getIdPart())
                .doesNotHaveDuplicates();
    }

    @Test
    void draft_orders_are_left_out() {
        assertThat(patients.stream().flatMap(patient -> patient.resources().stream()))
                .isNotEmpty()
                .noneMatch(resource -> resource instanceof MedicationRequest order
                        && order.getStatus() == MedicationRequestStatus.DRAFT)
                .noneMatch(resource ->
                        resource instanceof ServiceRequest order && order.getStatus() == ServiceRequestStatus.DRAFT);
    }

    @Test
    void a_patient_is_as_old_on_any_day_as_the_case_says() {
        LocalDate day = WRITTEN_FOR.plusDays(400);

        assertThat(SeedPatients.asOf(day, FhirContext.forR4Cached()).get(0).resources())
                .filteredOn(Patient.class::isInstance)
                .singleElement()
                .satisfies(patient -> assertThat(
                                ((Patient) patient).getBirthDateElement().getValueAsString())
                        .isEqualTo(LocalDate.parse("1958-02-11").plusDays(400).toString()));
    }
}
