package dev.therapyfit.hooks.prefetch;

import dev.therapyfit.cql.record.BundleContents;
import dev.therapyfit.cql.record.Origin;
import dev.therapyfit.cql.record.PatientRecord;
import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.hooks.failure.CdsFailure.BadHookRequest;
import dev.therapyfit.hooks.failure.CdsFailure.DataUnavailable;
import dev.therapyfit.hooks.failure.CdsFailure.Forbidden;
import dev.therapyfit.hooks.failure.CdsFailure.Problem;
import dev.therapyfit.hooks.hook.FhirServer;
import dev.therapyfit.hooks.hook.HookContext;
import dev.therapyfit.hooks.hook.HookRequest;
import dev.therapyfit.hooks.prefetch.Reads.Read;
import java.net.URI;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.DomainResource;
import org.hl7.fhir.r4.model.Medication;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Property;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/**
 * Makes a patient record of a request: takes what was sent and reads the rest from the client's FHIR server, all at the
 * same time, and then what these data refer to. What can be had in neither way is named in the record as unread; what
 * follows from it is for the content to say. Without the patient there is nothing to decide, and the call ends.
 */
public final class PrefetchCompleter {
    private static final String MEDICATION = "Medication";

    private final FhirDataSource dataSource;
    private final Reads reads;

    /**
     * @param dataSource reads FHIR servers
     * @param executors run the reads of a call side by side; one may refuse when too many wait for it
     */
    public PrefetchCompleter(FhirDataSource dataSource, Function<FhirServer, Executor> executors) {
        this.dataSource = dataSource;
        this.reads = new Reads(executors);
    }

    /**
     * Finds out what the selected orders are, where they only refer to it: by what came with them, else from the FHIR
     * server. Nothing of the patient is read.
     *
     * @param request the call
     * @param templates what the service needs
     * @param deadline when the call's answer is wanted no longer
     * @throws BadHookRequest if a prefetch value is not what its template asks for
     * @throws Forbidden if the {@code fhirServer} is at an address that the service must not connect to
     */
    public OrderedProducts products(HookRequest request, List<PrefetchTemplate> templates, Deadline deadline) {
        List<Resource> sent = new ArrayList<>();
        for (PrefetchTemplate template : templates) {
            Resource given = request.prefetch().get(template.key());
            if (template.isReferenced() && given != null) {
                sent.addAll(withoutPatients(BundleContents.of(requireBundle(given, template))));
            }
        }
        List<Resource> fetched = new ArrayList<>();
        List<Problem> missing = new ArrayList<>();
        reads.run(medications(request.context(), true, sent), request.fhirServer(), deadline.forReads())
                .forEach((read, answer) -> {
                    fetched.addAll(withoutPatients(answer.found()));
                    answer.problem().ifPresent(missing::add);
                });
        return new OrderedProducts(List.copyOf(sent), List.copyOf(fetched), List.copyOf(missing));
    }

    /**
     * Completes a request.
     *
     * @param request the call
     * @param products what the selected orders are
     * @param templates what the service needs
     * @param referencedTypes types of which it needs what the chart refers to, such as the products of medications
     * @param today day of the evaluation, from which look-backs are counted
     * @param deadline when the call's answer is wanted no longer
     * @return the record, with the draft orders and what could not be read
     * @throws BadHookRequest if a prefetch value is not what its template asks for, or belongs to somebody else
     * @throws Forbidden if the {@code fhirServer} is at an address that the service must not connect to
     * @throws DataUnavailable if the patient was not sent and cannot be read
     */
    public PatientRecord complete(
            HookRequest request,
            OrderedProducts products,
            List<PrefetchTemplate> templates,
            Set<String> referencedTypes,
            LocalDate today,
            Deadline deadline) {
        String patientId = request.context().patientId();
        requireOrdersOf(patientId, request.context().draftOrders());
        Deadline until = deadline.forReads();
        PatientRecord.Builder record = PatientRecord.builder();
        record.addAll(withoutPatients(request.context().draftOrders()), Origin.CONTEXT);
        record.addAll(products.sent(), Origin.PREFETCH);
        record.addAll(products.fetched(), Origin.FETCHED);
        products.missing().forEach(problem -> record.addUnread(MEDICATION, problem.diagnostics()));

        List<Read> wanted = new ArrayList<>(medications(request.context(), false, products.all()));
        List<Resource> chart = new ArrayList<>();
        for (PrefetchTemplate template : templates) {
            String field = "prefetch." + template.key();
            Resource sent = request.prefetch().get(template.key());
            if (template.isPatient()) {
                if (sent == null || isNothing(sent)) {
                    wanted.add(Read.required(
                            field, template.type(), (server, end) -> List.of(patient(server, patientId, end))));
                } else {
                    record.add(requirePatient(sent, template, patientId), Origin.PREFETCH);
                }
                continue;
            }
            if (template.isReferenced()) {
                continue;
            }
            Read whole = Read.search(
                    field,
                    template.type(),
                    (server, end) -> dataSource.search(server, template.query(patientId, today), end));
            if (sent == null) {
                wanted.add(whole);
                continue;
            }
            Bundle bundle = requireBundle(sent, template);
            List<Resource> resources = BundleContents.of(bundle);
            requireNoOtherPatient(patientId, resources, field);
            record.addAll(withoutPatients(resources), Origin.PREFETCH);
            chart.addAll(resources);
            if (BundleContents.tellsOfAnError(bundle)) {
                wanted.add(whole);
            } else if (bundle.getLink(Bundle.LINK_NEXT) != null) {
                wanted.add(Read.search(
                        field, template.type(), (server, end) -> dataSource.following(server, bundle, end)));
            }
        }

        List<Problem> problems = new ArrayList<>();
        reads.run(wanted, request.fhirServer(), until).forEach((read, answer) -> {
            List<Resource> found = withoutAnyPatient(answer.found(), read);
            record.addAll(found, Origin.FETCHED);
            chart.addAll(found);
            answer.problem().ifPresent(problem -> {
                if (read.needed()) {
                    problems.add(problem);
                } else {
                    record.addUnread(read.type(), problem.diagnostics());
                }
            });
        });
        if (!problems.isEmpty()) {
            throw new DataUnavailable(problems);
        }
        List<Resource> others = new ArrayList<>(request.context().draftOrders());
        others.addAll(products.all());
        Optional<URI> base = request.fhirServer().map(FhirServer::base);
        readReferenced(ChartReferences.of(chart, others, referencedTypes, base), request.fhirServer(), until, record);
        return record.build();
    }

    /**
     * Reads what the chart refers to. What cannot be read makes the type that refers to it unread: what such a resource is
     * about is not known.
     */
    private void readReferenced(
            ChartReferences references, Optional<FhirServer> server, Deadline until, PatientRecord.Builder record) {
        List<Read> searches = references.batches().stream()
                .map(batch -> Read.search(
                        batch.type(), batch.type(), (from, end) -> dataSource.search(from, batch.query(), end)))
                .toList();
        Map<String, String> failed = new LinkedHashMap<>();
        Set<String> found = new HashSet<>();
        reads.run(searches, server, until).forEach((read, answer) -> {
            List<Resource> resources = answer.found().stream()
                    .filter(resource -> resource.fhirType().equals(read.type()))
                    .toList();
            record.addAll(resources, Origin.FETCHED);
            resources.forEach(resource -> found.add(PatientRecord.reference(resource)));
            answer.problem().ifPresent(problem -> failed.putIfAbsent(read.type(), problem.diagnostics()));
        });
        references
                .missing(found)
                .forEach((referrer, type) -> record.addUnread(
                        referrer,
                        "it refers to a " + type + " that is not readable: "
                                + failed.getOrDefault(type, "not found on the fhirServer")));
    }

    private Patient patient(FhirServer server, String patientId, Deadline deadline) {
        Resource read = dataSource.read(server, "Patient/" + patientId, deadline);
        if (read instanceof Patient patient
                && patientId.equals(read.getIdElement().getIdPart())) {
            return patient;
        }
        throw new FhirReadException(FhirReadException.Kind.FAILED, "answered with another patient");
    }

    /**
     * Medications that draft orders only refer to.
     *
     * @param selected those of the selected orders, or those of the others
     * @param known resources that came besides
     */
    private List<Read> medications(HookContext context, boolean selected, List<Resource> known) {
        Set<String> selections = Set.copyOf(context.selections());
        List<Resource> draftOrders = context.draftOrders();
        List<Resource> all = new ArrayList<>(draftOrders);
        all.addAll(known);
        List<Read> medications = new ArrayList<>();
        for (int i = 0; i < draftOrders.size(); i++) {
            Resource order = draftOrders.get(i);
            boolean isSelected =
                    PatientRecord.isDraftOrder(order) && selections.contains(PatientRecord.reference(order));
            Optional<IIdType> missing = isSelected == selected ? medicationElsewhere(order, all) : Optional.empty();
            if (missing.isPresent()) {
                medications.add(Read.one(
                        "context.draftOrders.entry[" + i + "].resource.medicationReference",
                        MEDICATION,
                        (server, end) -> List.of(medication(server, missing.get(), end))));
            }
        }
        return medications;
    }

    private Resource medication(FhirServer server, IIdType reference, Deadline deadline) {
        boolean here = !reference.isAbsolute() || server.base().toString().equals(reference.getBaseUrl());
        if (!here || reference.isLocal() || reference.getIdPart().startsWith("urn:")) {
            throw new FhirReadException(FhirReadException.Kind.FAILED, "the order refers to another place");
        }
        return dataSource.read(server, MEDICATION + "/" + reference.getIdPart(), deadline);
    }

    private static Optional<IIdType> medicationElsewhere(Resource order, List<Resource> known) {
        Property medication = order.getNamedProperty("medication");
        if (medication == null) {
            return Optional.empty();
        }
        return medication.getValues().stream()
                .filter(Reference.class::isInstance)
                .map(value -> ((Reference) value).getReferenceElement())
                .filter(IIdType::hasIdPart)
                .filter(id -> (id.isLocal() ? contained(order) : known)
                        .stream()
                                .noneMatch(resource -> resource instanceof Medication
                                        && bare(id).equals(bare(resource.getIdElement()))))
                .findFirst();
    }

    private static List<Resource> contained(Resource resource) {
        return resource instanceof DomainResource domain ? domain.getContained() : List.of();
    }

    /** HAPI keeps the '#' of a contained resource's id in one place and not in the other. */
    private static String bare(IIdType id) {
        String part = String.valueOf(id.getIdPart());
        return part.startsWith("#") ? part.substring(1) : part;
    }

    /** What the client sends for a key without data, see {@link HookRequest#prefetch()}. */
    private static boolean isNothing(Resource sent) {
        return sent instanceof Bundle bundle && !bundle.hasEntry();
    }

    private static List<Resource> withoutAnyPatient(List<Resource> found, Read read) {
        return read.type().equals("Patient") ? found : withoutPatients(found);
    }

    /** The record's Patient is the one that was asked for as such, never one that came along with other data. */
    private static List<Resource> withoutPatients(List<Resource> resources) {
        return resources.stream()
                .filter(resource -> !(resource instanceof Patient))
                .toList();
    }

    private static void requireNoOtherPatient(String patientId, List<Resource> resources, String bundle) {
        for (int i = 0; i < resources.size(); i++) {
            Resource resource = resources.get(i);
            if (resource instanceof Patient
                    && !patientId.equals(resource.getIdElement().getIdPart())) {
                throw new BadHookRequest(
                        bundle + ".entry[" + i + "].resource",
                        "is another patient: expected data of the patient of context.patientId only");
            }
        }
    }

    private static void requireOrdersOf(String patientId, List<Resource> draftOrders) {
        requireNoOtherPatient(patientId, draftOrders, "context.draftOrders");
        for (int i = 0; i < draftOrders.size(); i++) {
            Property subject = draftOrders.get(i).getNamedProperty("subject");
            for (Base value : subject == null ? List.<Base>of() : subject.getValues()) {
                if (value instanceof Reference reference
                        && isAnotherPatient(reference.getReferenceElement(), patientId)) {
                    throw new BadHookRequest(
                            "context.draftOrders.entry[" + i + "].resource.subject",
                            "belongs to another patient: expected the patient of context.patientId");
                }
            }
        }
    }

    private static boolean isAnotherPatient(IIdType id, String patientId) {
        return "Patient".equals(id.getResourceType())
                && id.hasIdPart()
                && !id.getIdPart().equals(patientId);
    }

    private static Patient requirePatient(Resource sent, PrefetchTemplate template, String patientId) {
        String field = "prefetch." + template.key();
        if (!(sent instanceof Patient patient)) {
            throw new BadHookRequest(field, "expected a Patient, as the template of the key asks for");
        }
        if (!patientId.equals(patient.getIdElement().getIdPart())) {
            throw new BadHookRequest(field + ".id", "is another patient: expected the id of context.patientId");
        }
        return patient;
    }

    private static Bundle requireBundle(Resource sent, PrefetchTemplate template) {
        if (sent instanceof Bundle bundle) {
            return bundle;
        }
        throw new BadHookRequest(
                "prefetch." + template.key(), "expected a Bundle, the answer to a search for " + template.type());
    }
}
