package dev.therapyfit.hooks.chart;

import dev.therapyfit.cql.fhir.Element;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.fhir.Unreadable;
import dev.therapyfit.cql.record.BaseUrl;
import dev.therapyfit.cql.record.BundleContents;
import dev.therapyfit.cql.record.Modifiers;
import dev.therapyfit.cql.record.Origin;
import dev.therapyfit.cql.record.PatientRecord;
import dev.therapyfit.cql.record.References;
import dev.therapyfit.cql.record.Subject;
import dev.therapyfit.hooks.chart.Reads.Read;
import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.hooks.failure.CdsFailure.BadHookRequest;
import dev.therapyfit.hooks.failure.CdsFailure.DataUnavailable;
import dev.therapyfit.hooks.failure.CdsFailure.Forbidden;
import dev.therapyfit.hooks.failure.CdsFailure.Problem;
import dev.therapyfit.hooks.request.FhirServer;
import dev.therapyfit.hooks.request.HookRequest;
import java.net.URI;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.hl7.fhir.instance.model.api.IIdType;

/**
 * Makes a patient record of a request: takes what was sent and reads the rest from the client's FHIR server, all at the
 * same time, and then what these data refer to. What can be had in neither way is named in the record as unread; what
 * follows from it is for the content to say. Without the patient there is nothing to decide, and the call ends.
 */
public final class PrefetchCompleter {
    /** Orders of one call whose products are read; as many are not written at once. */
    private static final int MOST_PRODUCTS = 50;

    private static final String PATIENT = "Patient";
    private static final String BUNDLE = "Bundle";
    private static final String OUTCOME = "OperationOutcome";
    private static final String NOT_SENT = "not in the request";

    private final FhirDataSource dataSource;
    private final Reads reads;

    /**
     * @param dataSource reads FHIR servers
     * @param bulkheads run the reads of a call side by side
     */
    public PrefetchCompleter(FhirDataSource dataSource, ReadBulkheads bulkheads) {
        this.dataSource = dataSource;
        this.reads = new Reads(bulkheads, dataSource::fhirVersion);
    }

    /**
     * Finds out what the selected orders are, where they only refer to it: by what came with them, else from the FHIR
     * server. Nothing of the patient is read.
     *
     * @param request the call
     * @param templates what the service needs
     * @param deadline when the call's answer is wanted no longer
     * @throws Forbidden if the {@code fhirServer} is at an address that the service must not connect to
     */
    public OrderedProducts products(HookRequest request, List<PrefetchTemplate> templates, Deadline deadline) {
        List<Resource> sent = new ArrayList<>();
        for (PrefetchTemplate template : templates) {
            Resource given = request.prefetch().get(template.key());
            if (template.isReferenced() && given != null) {
                sent.addAll(withoutPatients(resources(given)));
            }
        }
        List<Resource> fetched = new ArrayList<>();
        List<Problem> missing = new ArrayList<>();
        reads.run(medications(request, true, sent), request.fhirServer(), deadline.forReads())
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
     * @throws BadHookRequest if the Patient cannot be read, or data belong to somebody else
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
        Optional<URI> base = request.fhirServer().map(FhirServer::base);
        requireOrdersOf(
                new Subject(request.context().patientId(), base),
                request.context().draftOrders());
        Deadline until = deadline.forReads();
        Completion completion = new Completion(request, base, today);
        completion.takeOrders(products);
        completion.takeUnreadable(templates);
        templates.forEach(completion::take);
        completion.read(until);
        readReferenced(
                completion.references(products, referencedTypes), request.fhirServer(), until, completion.record);
        return completion.record.build();
    }

    /** One request on its way to a record: what was taken of it, and what is still to be read. */
    private final class Completion {
        private final HookRequest request;
        private final Optional<URI> base;
        private final LocalDate today;
        private final String patientId;
        private final PatientRecord.Builder record;
        private final List<Read> wanted = new ArrayList<>();

        /** What may refer to something else. */
        private final List<Resource> chart = new ArrayList<>();

        Completion(HookRequest request, Optional<URI> base, LocalDate today) {
            this.request = request;
            this.base = base;
            this.today = today;
            this.patientId = request.context().patientId();
            this.record = PatientRecord.builder().server(base);
        }

        void takeOrders(OrderedProducts products) {
            record.addAll(withoutPatients(request.context().draftOrders()), Origin.CONTEXT);
            record.addAll(products.sent(), Origin.PREFETCH);
            record.addAll(products.fetched(), Origin.FETCHED);
            products.missing().forEach(problem -> record.addIncomplete(Products.TYPE, problem.diagnostics()));
            wanted.addAll(medications(request, false, products.all()));
        }

        void takeUnreadable(List<PrefetchTemplate> templates) {
            for (PrefetchTemplate template : templates) {
                for (Unreadable one : request.unreadable().getOrDefault(template.key(), List.of())) {
                    // what an outcome that cannot be read is about is not known, nor what has no type
                    boolean isOfTheSearch = one.type().isEmpty() || one.type().equals(OUTCOME);
                    record.addIncomplete(isOfTheSearch ? template.type() : one.type(), one.reason());
                }
            }
        }

        /** Takes what was sent for a key, and says what is to be read besides. */
        void take(PrefetchTemplate template) {
            if (template.isPatient()) {
                takePatient(template);
            } else if (template.isReferenced()) {
                if (base.isEmpty()) {
                    fault(request, template).ifPresent(fault -> record.addIncomplete(template.type(), fault));
                }
            } else {
                takeType(template);
            }
        }

        private void takePatient(PrefetchTemplate template) {
            Resource sent = request.prefetch().get(template.key());
            requireReadable(request, template);
            if (sent == null || isNothing(sent)) {
                wanted.add(Read.required(
                        field(template), template.type(), (server, end) -> List.of(patient(server, patientId, end))));
            } else {
                record.add(requirePatient(sent, template, patientId), Origin.PREFETCH);
            }
        }

        private void takeType(PrefetchTemplate template) {
            Resource sent = request.prefetch().get(template.key());
            if (sent == null && template.onlyIfSent() && !request.faults().containsKey(template.key())) {
                return;
            }
            List<Resource> resources = sent == null ? List.of() : resources(sent);
            Optional<String> notAll = fault(request, template).or(() -> notAll(request, template, resources));
            if (sent != null) {
                requireNoOtherPatient(patientId, resources, field(template));
                record.addAll(withoutPatients(resources), Origin.PREFETCH);
                chart.addAll(resources);
                if (notAll.isEmpty() && BundleContents.link(sent, "next").isPresent()) {
                    wanted.add(Read.search(
                                    field(template),
                                    template.type(),
                                    (server, end) -> dataSource.following(server, sent, end))
                            .since("what was sent has further pages"));
                }
            }
            if (sent == null || notAll.isPresent()) {
                wanted.add(Read.search(
                                field(template),
                                template.type(),
                                (server, end) -> search(server, template, patientId, today, end))
                        .since(notAll.orElse(NOT_SENT)));
            }
        }

        /**
         * Reads what is wanted.
         *
         * @throws DataUnavailable if something without which there is no decision cannot be read
         */
        void read(Deadline until) {
            List<Problem> problems = new ArrayList<>();
            reads.run(wanted, request.fhirServer(), until).forEach((read, answer) -> {
                List<Resource> found = withoutAnyPatient(answer.found(), read);
                record.addAll(found, Origin.FETCHED);
                chart.addAll(found);
                answer.problem().ifPresent(problem -> {
                    if (read.needed()) {
                        problems.add(problem);
                    } else {
                        record.addIncomplete(read.type(), problem.diagnostics());
                    }
                });
            });
            if (!problems.isEmpty()) {
                throw new DataUnavailable(problems);
            }
        }

        ChartReferences references(OrderedProducts products, Set<String> types) {
            List<Resource> others = new ArrayList<>(request.context().draftOrders());
            others.addAll(products.all());
            return ChartReferences.of(chart, others, types, base);
        }
    }

    private static String field(PrefetchTemplate template) {
        return "prefetch." + template.key();
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
                    .filter(resource -> resource.type().name().equals(read.type()))
                    .toList();
            record.addAll(resources, Origin.FETCHED);
            resources.forEach(resource -> found.add(resource.reference()));
            answer.problem().ifPresent(problem -> failed.putIfAbsent(read.type(), problem.diagnostics()));
        });
        references
                .missing(found)
                .forEach((referrer, type) -> record.addIncomplete(
                        referrer,
                        "it refers to a " + type + " that is not readable: "
                                + failed.getOrDefault(type, "not found on the fhirServer")));
    }

    private Resource patient(FhirServer server, String patientId, Deadline deadline) {
        Resource read = dataSource.read(server, "Patient/" + patientId, deadline);
        if (read.isOf(PATIENT) && read.hasText("id", patientId)) {
            return read;
        }
        throw new FhirReadException(FhirReadException.Kind.FAILED, "answered with another patient");
    }

    private List<Resource> search(
            FhirServer server, PrefetchTemplate template, String patientId, LocalDate today, Deadline deadline) {
        List<Resource> found = dataSource.search(server, template.query(patientId, today), deadline);
        if (isOfOtherTypes(found, template)) {
            throw new FhirReadException(FhirReadException.Kind.FAILED, "answered with other types", found);
        }
        return found;
    }

    /**
     * Medications that orders only refer to.
     *
     * @param selected those of the selected orders, or those of the others
     * @param known resources that came besides
     */
    private List<Read> medications(HookRequest request, boolean selected, List<Resource> known) {
        Set<String> selections = Set.copyOf(request.context().selections());
        List<Resource> draftOrders = request.context().draftOrders();
        Products products = Products.of(request, known);
        List<Read> medications = new ArrayList<>();
        for (int i = 0; i < draftOrders.size(); i++) {
            Resource order = draftOrders.get(i);
            boolean isSelected = selections.contains(order.reference());
            Optional<Element> missing = isSelected == selected ? missing(order, products) : Optional.empty();
            if (missing.isPresent()) {
                boolean tooMany = medications.size() >= MOST_PRODUCTS;
                medications.add(Read.one(
                        "context.draftOrders.entry[" + i + "].resource.medicationReference",
                        Products.TYPE,
                        (server, end) -> List.of(medication(server, missing.get(), tooMany, end))));
            }
        }
        return medications;
    }

    private Resource medication(FhirServer server, Element reference, boolean tooMany, Deadline deadline) {
        IIdType id = References.url(reference);
        if (!References.hasUrl(reference)) {
            throw new FhirReadException(FhirReadException.Kind.NOT_UNDERSTOOD, "the order names it by an identifier");
        }
        boolean isHere = BaseUrl.isOf(Optional.of(server.base()), id) && !id.isLocal() && id.hasIdPart();
        if (!isHere || !Products.TYPE.equals(id.getResourceType())) {
            throw new FhirReadException(FhirReadException.Kind.NOT_UNDERSTOOD, "the order refers to another place");
        }
        if (tooMany) {
            throw new FhirReadException(
                    FhirReadException.Kind.NOT_ASKED, "not asked, since there are more than " + MOST_PRODUCTS);
        }
        Resource read = dataSource.read(server, Products.TYPE + "/" + id.getIdPart(), deadline);
        if (read.isOf(Products.TYPE) && read.hasText("id", id.getIdPart())) {
            return read;
        }
        throw new FhirReadException(FhirReadException.Kind.FAILED, "answered with another medication");
    }

    /** How an order names its product, if it refers to one that is not here. */
    private static Optional<Element> missing(Resource order, Products products) {
        return order.all("medication").stream()
                .filter(References::isOne)
                .filter(Products::leadsSomewhere)
                .filter(reference -> products.behind(reference, order).isEmpty())
                .findFirst();
    }

    /** What the client sends for a key without data, see {@link HookRequest#prefetch()}. */
    private static boolean isNothing(Resource sent) {
        return sent.isOf(BUNDLE) && BundleContents.of(sent).isEmpty();
    }

    private static List<Resource> withoutAnyPatient(List<Resource> found, Read read) {
        return read.type().equals(PATIENT) ? found : withoutPatients(found);
    }

    /** The record's Patient is the one that was asked for as such, never one that came along with other data. */
    private static List<Resource> withoutPatients(List<Resource> resources) {
        return resources.stream().filter(resource -> !resource.isOf(PATIENT)).toList();
    }

    private static void requireNoOtherPatient(String patientId, List<Resource> resources, String bundle) {
        for (int i = 0; i < resources.size(); i++) {
            Resource resource = resources.get(i);
            if (resource.isOf(PATIENT) && !resource.hasText("id", patientId)) {
                throw new BadHookRequest(
                        bundle + ".entry[" + i + "].resource",
                        "is another patient: expected data of the patient of context.patientId only");
            }
        }
    }

    private static void requireOrdersOf(Subject patient, List<Resource> draftOrders) {
        requireNoOtherPatient(patient.id(), draftOrders, "context.draftOrders");
        for (int i = 0; i < draftOrders.size(); i++) {
            Optional<String> element = patient.elementOfAnother(draftOrders.get(i));
            if (element.isPresent()) {
                throw new BadHookRequest(
                        "context.draftOrders.entry[" + i + "].resource." + element.get(),
                        "belongs to another patient: expected the patient of context.patientId");
            }
        }
    }

    private static Resource requirePatient(Resource sent, PrefetchTemplate template, String patientId) {
        String field = field(template);
        if (!sent.isOf(PATIENT)) {
            throw new BadHookRequest(field, "expected a Patient, as the template of the key asks for");
        }
        Modifiers.element(sent).ifPresent(element -> {
            throw new BadHookRequest(field + "." + element, Modifiers.REFUSED);
        });
        if (!sent.hasText("id", patientId)) {
            throw new BadHookRequest(field + ".id", "is another patient: expected the id of context.patientId");
        }
        return sent;
    }

    /** What was sent: a Bundle, the answer to a search, or by mistake one resource. */
    private static List<Resource> resources(Resource sent) {
        return sent.isOf(BUNDLE) ? BundleContents.of(sent) : List.of(sent);
    }

    /** What is wrong with the whole of what was sent, in words. */
    private static Optional<String> fault(HookRequest request, PrefetchTemplate template) {
        return Optional.ofNullable(request.faults().get(template.key()))
                .map(fault -> fault.type().equals(OUTCOME)
                        ? "an OperationOutcome was sent in place of it"
                        : "of what was sent " + fault.reason());
    }

    /** Why what was sent, these resources, is not all there is of the type; empty if nothing shows that. */
    private static Optional<String> notAll(HookRequest request, PrefetchTemplate template, List<Resource> resources) {
        Resource sent = request.prefetch().get(template.key());
        if (sent == null) {
            return Optional.empty();
        }
        if (!sent.isOf(BUNDLE)) {
            return Optional.of("what was sent is no Bundle, the answer to a search");
        }
        boolean isUnreadable = request.unreadable().containsKey(template.key());
        if (!isUnreadable && isOfOtherTypes(resources, template)) {
            return Optional.of("what was sent holds other types only");
        }
        return BundleContents.fault(sent)
                .map(why -> "what was sent is not all: " + why)
                .or(() -> !isUnreadable && BundleContents.holdsLessThanItsTotal(sent)
                        ? Optional.of("what was sent is less than its total")
                        : Optional.empty());
    }

    private static void requireReadable(HookRequest request, PrefetchTemplate template) {
        Unreadable fault = request.faults().get(template.key());
        if (fault != null
                && !fault.type().equals(OUTCOME)
                && !request.prefetch().containsKey(template.key())) {
            String field = field(template);
            throw new BadHookRequest(
                    fault.element().isEmpty() ? field : field + "." + fault.element(),
                    "not readable: expected " + fault.expected());
        }
    }

    /** True if what a search found is something, and nothing that was asked for. A Patient may come along. */
    private static boolean isOfOtherTypes(List<Resource> found, PrefetchTemplate template) {
        List<Resource> others = withoutPatients(found);
        return !others.isEmpty()
                && others.stream().noneMatch(resource -> resource.type().name().equals(template.type()));
    }
}
