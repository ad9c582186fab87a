package dev.therapyfit.hooks.prefetch;

import dev.therapyfit.cql.record.BundleContents;
import dev.therapyfit.cql.record.Origin;
import dev.therapyfit.cql.record.PatientRecord;
import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.hooks.failure.CdsFailure.BadHookRequest;
import dev.therapyfit.hooks.failure.CdsFailure.DataUnavailable;
import dev.therapyfit.hooks.failure.CdsFailure.Problem;
import dev.therapyfit.hooks.hook.FhirServer;
import dev.therapyfit.hooks.hook.HookRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Medication;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Property;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/**
 * Makes a patient record of a request: takes what was sent and reads the rest from the client's FHIR server, all at
 * the same time. Data that can be had in neither way end the call, so that no decision is made on half a chart.
 */
public final class PrefetchCompleter {
    private final FhirDataSource dataSource;
    private final Function<FhirServer, Executor> executors;

    /**
     * @param dataSource reads FHIR servers
     * @param executors run the reads of a call side by side; one may refuse when too many wait for it
     */
    public PrefetchCompleter(FhirDataSource dataSource, Function<FhirServer, Executor> executors) {
        this.dataSource = dataSource;
        this.executors = executors;
    }

    /**
     * Completes a request.
     *
     * @param request the call
     * @param templates what the service needs
     * @param deadline when the call's answer is wanted no longer
     * @return the record, with the draft orders
     * @throws BadHookRequest if a prefetch value is not what its template asks for, or belongs to somebody else
     * @throws DataUnavailable if needed data were not sent and cannot be read, or the patient does not exist
     */
    public PatientRecord complete(HookRequest request, List<PrefetchTemplate> templates, Deadline deadline) {
        String patientId = request.context().patientId();
        requireOrdersOf(patientId, request.context().draftOrders());
        PatientRecord.Builder record = PatientRecord.builder();
        record.addAll(withoutPatients(request.context().draftOrders()), Origin.CONTEXT);

        List<Problem> problems = new ArrayList<>();
        List<Read> reads = new ArrayList<>();
        for (PrefetchTemplate template : templates) {
            Resource sent = request.prefetch().get(template.key());
            if (sent == null || (template.isPatient() && isNothing(sent))) {
                reads.add(new Read(
                        "prefetch." + template.key(), (server, until) -> fetch(server, template, patientId, until)));
            } else if (template.isPatient()) {
                record.add(requirePatient(sent, template, patientId), Origin.PREFETCH);
            } else {
                Bundle bundle = requireBundle(sent, template);
                List<Resource> resources = BundleContents.of(bundle);
                requireNoOtherPatient(patientId, resources, "prefetch." + template.key());
                record.addAll(withoutPatients(resources), Origin.PREFETCH);
                if (bundle.getLink(Bundle.LINK_NEXT) != null) {
                    reads.add(new Read(
                            "prefetch." + template.key(),
                            (server, until) -> withoutPatients(dataSource.following(server, bundle, until))));
                }
            }
        }
        reads.addAll(medications(request.context().draftOrders()));

        if (request.fhirServer().isEmpty()) {
            reads.forEach(read -> problems.add(
                    new Problem(read.field(), "needed: expected in the request, or a fhirServer to read")));
        } else {
            run(reads, request.fhirServer().get(), deadline.forReads(), record, problems);
        }
        if (!problems.isEmpty()) {
            throw new DataUnavailable(problems);
        }
        return record.build();
    }

    /** Something to read, and the field of the request that it stands for. */
    private record Read(String field, Source source) {
        interface Source {
            List<Resource> from(FhirServer server, Deadline deadline);
        }
    }

    private List<Resource> fetch(FhirServer server, PrefetchTemplate template, String patientId, Deadline deadline) {
        if (!template.isPatient()) {
            return withoutPatients(dataSource.search(server, template.query(patientId), deadline));
        }
        Resource read = dataSource.read(server, template.query(patientId), deadline);
        if (read instanceof Patient && patientId.equals(read.getIdElement().getIdPart())) {
            return List.of(read);
        }
        throw new FhirReadException(FhirReadException.Kind.FAILED, "it answers with another patient");
    }

    private void run(
            List<Read> reads,
            FhirServer server,
            Deadline deadline,
            PatientRecord.Builder record,
            List<Problem> problems) {
        TreeMap<String, CompletableFuture<List<Resource>>> running = new TreeMap<>();
        for (Read read : reads) {
            running.put(read.field(), start(read, server, deadline));
        }
        running.forEach((field, future) -> {
            try {
                record.addAll(future.join(), Origin.FETCHED);
            } catch (CompletionException e) {
                if (e.getCause() instanceof TimeoutException) {
                    problems.add(new Problem(field, "needed, and the fhirServer did not answer in time"));
                    return;
                }
                if (!(e.getCause() instanceof FhirReadException failed)) {
                    throw e;
                }
                boolean noPatient =
                        field.equals("prefetch.patient") && failed.kind() == FhirReadException.Kind.NOT_FOUND;
                problems.add(
                        noPatient
                                ? new Problem("context.patientId", "no such patient on the fhirServer")
                                : new Problem(
                                        field, "needed, and not readable from the fhirServer: " + failed.getMessage()));
            }
        });
    }

    private CompletableFuture<List<Resource>> start(Read read, FhirServer server, Deadline deadline) {
        Supplier<List<Resource>> source = () -> read.source().from(server, deadline);
        try {
            return CompletableFuture.supplyAsync(source, executors.apply(server))
                    .orTimeout(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(new FhirReadException(
                    FhirReadException.Kind.UNREACHABLE, "not asked, since too many reads of it wait already"));
        }
    }

    /** Medications that draft orders only refer to: without them nobody knows what was ordered. */
    private List<Read> medications(List<Resource> draftOrders) {
        List<Read> reads = new ArrayList<>();
        for (int i = 0; i < draftOrders.size(); i++) {
            Optional<IIdType> missing = medicationElsewhere(draftOrders.get(i), draftOrders);
            if (missing.isPresent()) {
                String field = "context.draftOrders.entry[" + i + "].resource.medicationReference";
                reads.add(new Read(field, (server, until) -> List.of(medication(server, missing.get(), until))));
            }
        }
        return reads;
    }

    private Resource medication(FhirServer server, IIdType reference, Deadline deadline) {
        boolean here = !reference.isAbsolute() || server.base().toString().equals(reference.getBaseUrl());
        if (!here || reference.getIdPart().startsWith("urn:")) {
            throw new FhirReadException(FhirReadException.Kind.FAILED, "it refers to another place");
        }
        return dataSource.read(server, "Medication/" + reference.getIdPart(), deadline);
    }

    private static Optional<IIdType> medicationElsewhere(Resource order, List<Resource> draftOrders) {
        Property medication = order.getNamedProperty("medication");
        if (medication == null) {
            return Optional.empty();
        }
        return medication.getValues().stream()
                .filter(Reference.class::isInstance)
                .map(value -> ((Reference) value).getReferenceElement())
                .filter(id -> id.hasIdPart() && !id.isLocal())
                .filter(id -> draftOrders.stream()
                        .noneMatch(resource -> resource instanceof Medication
                                && id.getIdPart().equals(resource.getIdElement().getIdPart())))
                .findFirst();
    }

    /** What the client sends for a key without data, see {@link HookRequest#prefetch()}. */
    private static boolean isNothing(Resource sent) {
        return sent instanceof Bundle bundle && !bundle.hasEntry();
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
            throw new BadHookRequest(field, "expected a Patient, as the template " + template.text() + " asks for");
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
