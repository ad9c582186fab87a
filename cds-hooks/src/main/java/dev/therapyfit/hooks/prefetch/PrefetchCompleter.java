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
import dev.therapyfit.hooks.hook.GrantedScopes;
import dev.therapyfit.hooks.hook.GrantedScopes.Access;
import dev.therapyfit.hooks.hook.HookContext;
import dev.therapyfit.hooks.hook.HookRequest;
import java.net.URI;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
 * the same time, and then what these data refer to. What can be had in neither way is named in the record as unread; what
 * follows from it is for the content to say. Without the patient, or without what was ordered, there is nothing to decide, and the call ends.
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
     * @param referencedTypes types of which it needs what the chart refers to, such as the products of medications
     * @param today day of the evaluation, from which look-backs are counted
     * @param deadline when the call's answer is wanted no longer
     * @return the record, with the draft orders and what could not be read
     * @throws BadHookRequest if a prefetch value is not what its template asks for, or belongs to somebody else
     * @throws Forbidden if the {@code fhirServer} is at an address that the service must not connect to
     * @throws DataUnavailable if the patient, or what a selected order refers to, was not sent and cannot be read
     */
    public PatientRecord complete(
            HookRequest request,
            List<PrefetchTemplate> templates,
            Set<String> referencedTypes,
            LocalDate today,
            Deadline deadline) {
        String patientId = request.context().patientId();
        requireOrdersOf(patientId, request.context().draftOrders());
        Deadline until = deadline.forReads();
        PatientRecord.Builder record = PatientRecord.builder();
        record.addAll(withoutPatients(request.context().draftOrders()), Origin.CONTEXT);

        List<Read> reads = new ArrayList<>();
        List<Resource> chart = new ArrayList<>();
        List<Resource> referenced = new ArrayList<>();
        for (PrefetchTemplate template : templates) {
            String field = "prefetch." + template.key();
            Resource sent = request.prefetch().get(template.key());
            if (template.isPatient()) {
                if (sent == null || isNothing(sent)) {
                    reads.add(new Read(
                            field,
                            template.type(),
                            true,
                            true,
                            (server, end) -> List.of(patient(server, patientId, end))));
                } else {
                    record.add(requirePatient(sent, template, patientId), Origin.PREFETCH);
                }
                continue;
            }
            if (template.isReferenced()) {
                referenced.addAll(sent == null ? List.of() : BundleContents.of(requireBundle(sent, template)));
                continue;
            }
            Read whole = new Read(
                    field,
                    template.type(),
                    false,
                    false,
                    (server, end) -> dataSource.search(server, template.query(patientId, today), end));
            if (sent == null) {
                reads.add(whole);
                continue;
            }
            Bundle bundle = requireBundle(sent, template);
            List<Resource> resources = BundleContents.of(bundle);
            requireNoOtherPatient(patientId, resources, field);
            record.addAll(withoutPatients(resources), Origin.PREFETCH);
            chart.addAll(resources);
            if (BundleContents.tellsOfAnError(bundle)) {
                reads.add(whole);
            } else if (bundle.getLink(Bundle.LINK_NEXT) != null) {
                reads.add(new Read(
                        field,
                        template.type(),
                        false,
                        false,
                        (server, end) -> dataSource.following(server, bundle, end)));
            }
        }
        record.addAll(withoutPatients(referenced), Origin.PREFETCH);
        reads.addAll(medications(request.context(), referenced));

        List<Problem> problems = new ArrayList<>();
        run(reads, request.fhirServer(), until).forEach((read, answer) -> {
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
        others.addAll(referenced);
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
        List<Read> reads = references.batches().stream()
                .map(batch -> new Read(
                        batch.type(),
                        batch.type(),
                        false,
                        false,
                        (from, end) -> dataSource.search(from, batch.query(), end)))
                .toList();
        Map<String, String> failed = new LinkedHashMap<>();
        Set<String> found = new HashSet<>();
        run(reads, server, until).forEach((read, answer) -> {
            List<Resource> resources = answer.found().stream()
                    .filter(resource -> resource.fhirType().equals(read.type()))
                    .toList();
            record.addAll(resources, Origin.FETCHED);
            resources.forEach(resource ->
                    found.add(read.type() + "/" + resource.getIdElement().getIdPart()));
            answer.problem().ifPresent(problem -> failed.putIfAbsent(read.type(), problem.diagnostics()));
        });
        references
                .missing(found)
                .forEach((referrer, type) -> record.addUnread(
                        referrer,
                        "it refers to a " + type + " that is not readable: "
                                + failed.getOrDefault(type, "not found on the fhirServer")));
    }

    /**
     * Something to read.
     *
     * @param field the field of the request that it stands for
     * @param type the resource type
     * @param needed true if there is no decision without it
     * @param byId true if it is one resource and not the answer to a search
     * @param source how to read it
     */
    private record Read(String field, String type, boolean needed, boolean byId, Source source) {
        interface Source {
            List<Resource> from(FhirServer server, Deadline deadline);
        }

        Access access(GrantedScopes scopes) {
            return byId ? scopes.toRead(type) : scopes.toSearch(type);
        }

        Answer nothing(String why) {
            return part(List.of(), why);
        }

        Answer part(List<Resource> found, String why) {
            return new Answer(found, Optional.of(new Problem(field, needed ? "needed: " + why : why)));
        }
    }

    /** What came of a read: what was found, and why that is not all. */
    private record Answer(List<Resource> found, Optional<Problem> problem) {}

    private Patient patient(FhirServer server, String patientId, Deadline deadline) {
        Resource read = dataSource.read(server, "Patient/" + patientId, deadline);
        if (read instanceof Patient patient
                && patientId.equals(read.getIdElement().getIdPart())) {
            return patient;
        }
        throw new FhirReadException(FhirReadException.Kind.FAILED, "answered with another patient");
    }

    private Map<Read, Answer> run(List<Read> reads, Optional<FhirServer> given, Deadline deadline) {
        Map<Read, Answer> answers = new LinkedHashMap<>();
        if (given.isEmpty()) {
            reads.forEach(
                    read -> answers.put(read, read.nothing("not in the request, and there is no fhirServer to read")));
            return answers;
        }
        FhirServer server = given.get();
        Map<Read, CompletableFuture<List<Resource>>> running = new LinkedHashMap<>();
        for (Read read : reads) {
            if (read.access(server.scopes()) == Access.NONE) {
                answers.put(read, read.nothing("not within the granted scopes"));
            } else {
                running.put(read, start(read, server, deadline));
            }
        }
        running.forEach((read, future) -> answers.put(read, answer(read, server, future)));
        return answers;
    }

    private static Answer answer(Read read, FhirServer server, CompletableFuture<List<Resource>> future) {
        try {
            List<Resource> found = future.join();
            return read.access(server.scopes()) == Access.SOME
                    ? read.part(found, "read in part, as the granted scopes allow")
                    : new Answer(found, Optional.empty());
        } catch (CompletionException e) {
            if (e.getCause() instanceof TimeoutException) {
                return read.nothing("no answer of the fhirServer in time");
            }
            if (!(e.getCause() instanceof FhirReadException failed)) {
                throw e;
            }
            if (failed.kind() == FhirReadException.Kind.NOT_ALLOWED) {
                throw new Forbidden("fhirServer", "expected a server at an address that the service may read");
            }
            if (read.type().equals("Patient") && failed.kind() == FhirReadException.Kind.NOT_FOUND) {
                return new Answer(
                        List.of(), Optional.of(new Problem("context.patientId", "no such patient on the fhirServer")));
            }
            return read.part(failed.found(), "not readable from the fhirServer: " + failed.getMessage());
        }
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

    /**
     * Medications that draft orders only refer to. Without that of a selected order nobody knows what is being ordered;
     * another order is then one of which nothing is known.
     */
    private List<Read> medications(HookContext context, List<Resource> referenced) {
        Set<String> selections = Set.copyOf(context.selections());
        List<Resource> draftOrders = context.draftOrders();
        List<Resource> known = new ArrayList<>(draftOrders);
        known.addAll(referenced);
        List<Read> reads = new ArrayList<>();
        for (int i = 0; i < draftOrders.size(); i++) {
            Resource order = draftOrders.get(i);
            Optional<IIdType> missing = medicationElsewhere(order, known);
            if (missing.isPresent()) {
                String reference = order.fhirType() + "/" + order.getIdElement().getIdPart();
                reads.add(new Read(
                        "context.draftOrders.entry[" + i + "].resource.medicationReference",
                        "Medication",
                        PatientRecord.isDraftOrder(order) && selections.contains(reference),
                        true,
                        (server, end) -> List.of(medication(server, missing.get(), end))));
            }
        }
        return reads;
    }

    private Resource medication(FhirServer server, IIdType reference, Deadline deadline) {
        boolean here = !reference.isAbsolute() || server.base().toString().equals(reference.getBaseUrl());
        if (!here || reference.getIdPart().startsWith("urn:")) {
            throw new FhirReadException(FhirReadException.Kind.FAILED, "the order refers to another place");
        }
        return dataSource.read(server, "Medication/" + reference.getIdPart(), deadline);
    }

    private static Optional<IIdType> medicationElsewhere(Resource order, List<Resource> known) {
        Property medication = order.getNamedProperty("medication");
        if (medication == null) {
            return Optional.empty();
        }
        return medication.getValues().stream()
                .filter(Reference.class::isInstance)
                .map(value -> ((Reference) value).getReferenceElement())
                .filter(id -> id.hasIdPart() && !id.isLocal())
                .filter(id -> known.stream()
                        .noneMatch(resource -> resource instanceof Medication
                                && id.getIdPart().equals(resource.getIdElement().getIdPart())))
                .findFirst();
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
