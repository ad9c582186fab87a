package dev.therapyfit.hooks.chart;

import dev.therapyfit.cql.evaluation.DataRequirement;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.record.PatientRecord;
import dev.therapyfit.cql.terminology.Terminology.Code;
import dev.therapyfit.hooks.chart.SearchParameter.Kind;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One line of a service's {@code prefetch} (CDS Hooks, "Prefetch Template"), derived from what the CQL reads.
 *
 * @param key name in the request's {@code prefetch}
 * @param type FHIR resource type
 * @param patientParameter search parameter that holds the patient; empty if the type is not searched by patient
 * @param codeParameter search parameter that holds the code; empty if the type is read whole
 * @param codes tokens {@code system|code}
 * @param dateParameter search parameter that holds the date; empty if the age does not matter
 * @param lookBackDays how far back, with a date parameter
 * @param ids FHIRPath of the context or of earlier keys that gives the ids to read; empty for a search by patient and for
 *     the Patient
 * @param onlyIfSent true for data that few servers have: they count where they are sent, and are not missed
 */
public record PrefetchTemplate(
        String key,
        String type,
        String patientParameter,
        String codeParameter,
        List<String> codes,
        String dateParameter,
        int lookBackDays,
        String ids,
        boolean onlyIfSent) {
    private static final String PATIENT = "Patient";
    private static final String PATIENT_TOKEN = "{{context.patientId}}";

    /** What a client can put into a template. */
    public enum Tokens {
        /** Fields of the context (CDS Hooks 2.0 and earlier). */
        PLAIN,
        /** FHIRPath on the context and on earlier keys, and relative dates (CDS Hooks 3.0). */
        FHIRPATH
    }

    /**
     * The templates for what the content reads of a patient: the patient, then one a resource type in alphabetical order,
     * then what these refer to. A type that is needed however old for some codes and for others not has two.
     */
    public static List<PrefetchTemplate> of(List<DataRequirement> requirements, List<LookBack> lookBacks) {
        List<PrefetchTemplate> templates = new ArrayList<>();
        templates.add(new PrefetchTemplate("patient", PATIENT, "", "", List.of(), "", 0, "", false));
        for (DataRequirement requirement : requirements) {
            Optional<LookBack> lookBack = lookBacks.stream()
                    .filter(one -> one.type().equals(requirement.type()))
                    .findFirst();
            patientParameter(requirement.type()).ifPresent(parameter -> {
                if (lookBack.isPresent()) {
                    templates.addAll(of(requirement, parameter, lookBack.get()));
                } else {
                    templates.add(search(lower(requirement.type()), requirement, parameter, codes(requirement), "", 0));
                }
            });
        }
        List<PrefetchTemplate> searches = List.copyOf(templates);
        referencedTypes(requirements).stream().sorted().forEach(type -> behind(searches, type)
                .ifPresent(templates::add));
        return List.copyOf(templates);
    }

    private static List<PrefetchTemplate> of(DataRequirement requirement, String patient, LookBack lookBack) {
        String date = dateParameter(requirement.type(), lookBack.datePath())
                .orElseThrow(() -> new IllegalArgumentException(
                        requirement.type() + " has no search parameter for " + lookBack.datePath()));
        List<Code> limited = codes(requirement).stream()
                .filter(code -> !lookBack.unlimited().contains(code))
                .toList();
        List<Code> unlimited = codes(requirement).stream()
                .filter(lookBack.unlimited()::contains)
                .toList();
        List<PrefetchTemplate> templates = new ArrayList<>();
        if (!unlimited.isEmpty()) {
            templates.add(search(lower(requirement.type()), requirement, patient, unlimited, "", 0));
        }
        if (!limited.isEmpty() || codes(requirement).isEmpty()) {
            templates.add(search("recent" + requirement.type(), requirement, patient, limited, date, lookBack.days()));
        }
        return templates;
    }

    /** Those to ask for; none if the type is asked for whole. */
    private static SortedSet<Code> codes(DataRequirement requirement) {
        return requirement.whole() ? Collections.emptySortedSet() : requirement.codes();
    }

    private static PrefetchTemplate search(
            String key, DataRequirement requirement, String patient, Collection<Code> codes, String date, int days) {
        return new PrefetchTemplate(
                key,
                requirement.type(),
                patient,
                codes.isEmpty() ? "" : requirement.codePath(),
                codes.stream().map(code -> code.system() + "|" + code.code()).toList(),
                date,
                days,
                "",
                false);
    }

    /**
     * The template for what draft orders only refer to, such as the Medication of a MedicationRequest.
     *
     * @param order resource type of the order
     * @param element element of the order that may be a reference
     * @param requirements what the content reads
     * @return empty if the element refers to nothing that the content reads and that is not searched by patient
     */
    public static Optional<PrefetchTemplate> behind(String order, String element, List<DataRequirement> requirements) {
        return SearchParameter.of(order, Kind.REFERENCE).stream()
                .filter(parameter -> parameter.elements().contains(element))
                .flatMap(parameter -> referencedTypes(requirements).stream().filter(parameter::finds))
                .map(type -> referenced(
                        lower(type),
                        type,
                        ids("context.draftOrders.entry.resource.ofType(" + order + ")." + element, type)))
                .findFirst();
    }

    /** The template for the resources of a type that the answers to earlier keys refer to; empty if none can. */
    private static Optional<PrefetchTemplate> behind(List<PrefetchTemplate> earlier, String type) {
        String ids = earlier.stream()
                .flatMap(search -> paths(search.type(), type)
                        .map(path -> ids("%" + search.key() + ".entry.resource." + path, type)))
                .collect(Collectors.joining("|"));
        return ids.isEmpty() ? Optional.empty() : Optional.of(referenced("referenced" + type, type, ids));
    }

    private static PrefetchTemplate referenced(String key, String type, String ids) {
        return new PrefetchTemplate(key, type, "", "", List.of(), "", 0, ids, false);
    }

    private static String ids(String path, String type) {
        return path + ".resolve().ofType(" + type + ").id";
    }

    /** Elements of a resource that can be searched for as references to a type, such as {@code medication}. */
    private static Stream<String> paths(String resource, String type) {
        return SearchParameter.of(resource, Kind.REFERENCE).stream()
                .filter(parameter -> parameter.finds(type))
                .flatMap(parameter -> parameter.elements().stream())
                .distinct()
                .sorted();
    }

    /** Types that the content reads and that no search by patient finds: they are read where something refers to them. */
    public static Set<String> referencedTypes(List<DataRequirement> requirements) {
        return requirements.stream()
                .map(DataRequirement::type)
                .filter(type -> !type.equals(PATIENT) && patientParameter(type).isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }

    private static String lower(String type) {
        return Character.toLowerCase(type.charAt(0)) + type.substring(1);
    }

    /** Empty for a type that is not searched by patient, such as Medication: it comes with the order. */
    private static Optional<String> patientParameter(String type) {
        return Stream.of("patient", "subject")
                .filter(name -> SearchParameter.of(type, Kind.REFERENCE).stream()
                        .anyMatch(parameter -> parameter.name().equals(name)))
                .findFirst();
    }

    private static Optional<String> dateParameter(String type, String element) {
        return SearchParameter.of(type, Kind.DATE).stream()
                .filter(parameter -> parameter.elements().contains(element))
                .map(SearchParameter::name)
                .sorted()
                .findFirst();
    }

    /** The same for data that are not missed where they are not sent. */
    public PrefetchTemplate takenOnlyIfSent() {
        return new PrefetchTemplate(
                key, type, patientParameter, codeParameter, codes, dateParameter, lookBackDays, ids, true);
    }

    /** True for the Patient itself. */
    public boolean isPatient() {
        return type.equals(PATIENT);
    }

    /** True for what draft orders or the patient's data refer to. */
    boolean isReferenced() {
        return !ids.isEmpty();
    }

    /** True if a resource of the patient is of the type and has one of the codes, if there are any; whatever its date. */
    public boolean finds(Resource resource) {
        if (!resource.type().name().equals(type)) {
            return false;
        }
        return codes.isEmpty()
                || PatientRecord.codes(resource, codeParameter).stream()
                        .anyMatch(code -> codes.contains(code.system() + "|" + code.code()));
    }

    /** As discovery shows it, for the client to fill; empty if it cannot be said in these tokens. */
    public Optional<String> text(Tokens tokens) {
        if (isPatient()) {
            return Optional.of(type + "/" + PATIENT_TOKEN);
        }
        if (isReferenced()) {
            return tokens == Tokens.FHIRPATH ? Optional.of(type + "?_id={{" + ids + "}}") : Optional.empty();
        }
        String date = tokens == Tokens.FHIRPATH ? "{{today() - " + lookBackDays + " days}}" : "";
        return Optional.of(search(PATIENT_TOKEN, String.join(",", codes), date));
    }

    /** As a query of ours, relative to a FHIR base URL; not for what other data refer to. */
    String query(String patientId, LocalDate today) {
        if (isPatient()) {
            return type + "/" + patientId;
        }
        String encoded = codes.stream()
                .map(code -> URLEncoder.encode(code, StandardCharsets.UTF_8))
                .collect(Collectors.joining(","));
        return search(patientId, encoded, today.minusDays(lookBackDays).toString());
    }

    /** What is asked, for whoever looks for a mistake: without the patient's id and without codes. */
    public String asked() {
        if (isPatient() || isReferenced()) {
            return type + " by its id";
        }
        return type + "?" + patientParameter
                + (codes.isEmpty() ? "" : "&" + codeParameter)
                + (dateParameter.isEmpty() ? "" : "&" + dateParameter);
    }

    private String search(String patient, String code, String date) {
        return type + "?" + patientParameter + "=" + patient
                + (code.isEmpty() ? "" : "&" + codeParameter + "=" + code)
                + (dateParameter.isEmpty() || date.isEmpty() ? "" : "&" + dateParameter + "=ge" + date);
    }
}
