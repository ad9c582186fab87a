package dev.therapyfit.hooks.prefetch;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeResourceDefinition;
import dev.therapyfit.cql.evaluation.DataRequirement;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One line of a service's {@code prefetch} (CDS Hooks, "Prefetch Template"), derived from what the CQL reads.
 *
 * @param key name in the request's {@code prefetch}
 * @param type FHIR resource type
 * @param patientParameter search parameter that holds the patient; empty for the Patient itself, which is read
 * @param codeParameter search parameter that holds the code; empty if the type is read whole
 * @param codes tokens {@code system|code}
 */
public record PrefetchTemplate(
        String key, String type, String patientParameter, String codeParameter, List<String> codes) {
    private static final String PATIENT = "Patient";

    /** The templates for what the content reads: the patient, then one a resource type in alphabetical order. */
    public static List<PrefetchTemplate> of(List<DataRequirement> requirements, FhirContext fhir) {
        List<PrefetchTemplate> templates = new ArrayList<>();
        templates.add(new PrefetchTemplate("patient", PATIENT, "", "", List.of()));
        for (DataRequirement requirement : requirements) {
            patientParameter(fhir.getResourceDefinition(requirement.type()))
                    .ifPresent(parameter -> templates.add(of(requirement, parameter)));
        }
        return List.copyOf(templates);
    }

    private static PrefetchTemplate of(DataRequirement requirement, String patientParameter) {
        String type = requirement.type();
        return new PrefetchTemplate(
                Character.toLowerCase(type.charAt(0)) + type.substring(1),
                type,
                patientParameter,
                requirement.codePath(),
                requirement.codes().stream()
                        .map(code -> code.system() + "|" + code.code())
                        .toList());
    }

    /** Empty for a type that is not searched by patient, such as Medication: it comes with the order. */
    private static Optional<String> patientParameter(RuntimeResourceDefinition definition) {
        return List.of("patient", "subject").stream()
                .filter(name -> definition.getSearchParam(name) != null)
                .findFirst();
    }

    /** True for the Patient itself. */
    public boolean isPatient() {
        return type.equals(PATIENT);
    }

    /** As discovery shows it, with {@code {{context.patientId}}} for the client to fill. */
    public String text() {
        String patient = "{{context.patientId}}";
        if (isPatient()) {
            return type + "/" + patient;
        }
        String query = type + "?" + patientParameter + "=" + patient;
        return codes.isEmpty() ? query : query + "&" + codeParameter + "=" + String.join(",", codes);
    }

    /** As a query of ours, relative to a FHIR base URL. */
    String query(String patientId) {
        if (isPatient()) {
            return type + "/" + patientId;
        }
        String query = type + "?" + patientParameter + "=" + patientId;
        if (codes.isEmpty()) {
            return query;
        }
        return query + "&" + codeParameter + "="
                + codes.stream()
                        .map(code -> URLEncoder.encode(code, StandardCharsets.UTF_8))
                        .collect(Collectors.joining(","));
    }
}
