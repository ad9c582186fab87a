package dev.therapyfit.hooks.request;

import dev.therapyfit.cql.fhir.Element;
import dev.therapyfit.cql.fhir.ReadBundle;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.fhir.ResourceReader;
import dev.therapyfit.cql.fhir.Unreadable;
import dev.therapyfit.cql.record.BaseUrl;
import dev.therapyfit.cql.record.BundleContents;
import dev.therapyfit.cql.record.Modifiers;
import dev.therapyfit.cql.record.PatientRecord;
import dev.therapyfit.cql.record.Subject;
import dev.therapyfit.hooks.failure.CdsFailure.BadHookRequest;
import dev.therapyfit.hooks.failure.CdsFailure.TooLarge;
import dev.therapyfit.hooks.request.BodyReader.Body;
import dev.therapyfit.hooks.request.BodyReader.DraftOrders;
import dev.therapyfit.hooks.request.HookContext.OrderSelect;
import dev.therapyfit.hooks.request.HookContext.OrderSign;
import dev.therapyfit.hooks.request.HookContext.PatientView;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Bytes to {@link HookRequest} (CDS Hooks, "Calling a CDS Service"). Fields that the specification does not name are
 * ignored. Nothing of the body is put into an error but names of fields.
 */
public final class HookRequestDecoder {
    /** FHIR R4 datatype {@code id}. */
    private static final Pattern FHIR_ID = Pattern.compile("[A-Za-z0-9\\-.]{1,64}");

    private static final int HIGHEST_PORT = 65_535;

    private static final Pattern PATIENT_REFERENCE = Pattern.compile("Patient/([A-Za-z0-9\\-.]{1,64})");

    /** Orders of one call: they are compared with each other. */
    private static final int MOST_DRAFTS = 200;

    private static final int LONGEST_URL = 2_000;
    private static final String DRAFT_ORDERS = BodyReader.CONTEXT + "." + BodyReader.DRAFT_ORDERS;
    private static final String URN_UUID = "urn:uuid:";

    private final BodyReader bodies;

    /** With the limits that serve nearly everybody. */
    public HookRequestDecoder() {
        this(HookRequestLimits.USUAL);
    }

    /** With limits of one's own. */
    public HookRequestDecoder(HookRequestLimits limits) {
        this.bodies = new BodyReader(new ResourceReader(limits.stringLength()), limits);
    }

    /**
     * Decodes a call.
     *
     * @param body the HTTP body, JSON in UTF-8
     * @param expected the hook of the service that was called
     * @param prefetchKeys keys of the service's templates; others are ignored
     * @throws BadHookRequest naming the first field that is missing or wrong, and what was expected
     * @throws TooLarge if it holds too many resources
     */
    public HookRequest decode(byte[] body, Hook expected, Set<String> prefetchKeys) {
        return decode(body, expected, prefetchKeys, order -> true, () -> {});
    }

    /**
     * The same for a service that is about certain orders, as long as somebody waits.
     *
     * @param ours true for an order that the service is about; it may hold no more than what is ordered. A draft order that
     *     is certainly none never ends the call.
     * @param cancellation is run before each resource; what it throws ends the decoding
     */
    public HookRequest decode(
            byte[] body, Hook expected, Set<String> prefetchKeys, Predicate<Resource> ours, Runnable cancellation) {
        Body read = bodies.read(body, prefetchKeys, cancellation);
        JsonNode root = read.fields();
        String name = requiredString(root, "", "hook");
        Hook hook = Hook.of(name)
                .orElseThrow(() -> new BadHookRequest(
                        "hook", "unknown hook: expected " + expected.code() + ", the hook of this service"));
        if (hook != expected) {
            throw new BadHookRequest(
                    "hook", "does not match the service: expected " + expected.code() + ", got " + hook.code());
        }
        String hookInstance = requiredString(root, "", "hookInstance");
        HookContext context = context(hook, read, new Asked(ours, () -> bodies.raw(body)));
        Optional<FhirServer> fhirServer = fhirServer(root, context.patientId());
        if (root.has("prefetch")) {
            throw new BadHookRequest("prefetch", "expected an object of FHIR resources by prefetch key");
        }
        return new HookRequest(
                hook, hookInstance, context, fhirServer, read.prefetch(), read.unreadable(), read.faults());
    }

    /**
     * What a service asks about the orders of a call.
     *
     * @param raw the body, for an order that can only be looked at so
     */
    private record Asked(Predicate<Resource> ours, Supplier<JsonNode> raw) {}

    private HookContext context(Hook hook, Body body, Asked asked) {
        JsonNode context = requiredObject(body.fields(), BodyReader.CONTEXT);
        String userId = requiredString(context, "context.", "userId");
        String patientId = withoutType(requiredString(context, "context.", "patientId"));
        if (!FHIR_ID.matcher(patientId).matches()) {
            throw new BadHookRequest(
                    "context.patientId", "expected a FHIR id: 1 to 64 letters, digits, '-' or '.', without a type");
        }
        Optional<String> encounterId = encounterId(context);
        return switch (hook) {
            case PATIENT_VIEW -> new PatientView(userId, patientId, encounterId);
            case ORDER_SELECT -> {
                Orders orders = orders(new Drafts(body, patientId, true, asked));
                yield new OrderSelect(userId, patientId, encounterId, selections(context, orders), orders.resources());
            }
            case ORDER_SIGN ->
                new OrderSign(
                        userId,
                        patientId,
                        encounterId,
                        orders(new Drafts(body, patientId, false, asked)).resources());
        };
    }

    /** The id of {@code Patient/id}, as some clients write it; every other text as it is. */
    private static String withoutType(String patientId) {
        Matcher reference = PATIENT_REFERENCE.matcher(patientId);
        return reference.matches() ? reference.group(1) : patientId;
    }

    /** Some clients send an empty text where there is no encounter. */
    private static Optional<String> encounterId(JsonNode context) {
        JsonNode node = context.get("encounterId");
        return node != null && node.isString() && node.stringValue().isEmpty()
                ? Optional.empty()
                : optionalString(context, "context.", "encounterId");
    }

    /**
     * Draft orders, and how selections may name them: by relative reference, by full URL or by an id that only one has.
     *
     * @param passedOver names of those that cannot be read and are none of ours
     * @param nameless how many of these have no name that a selection could use
     * @param withoutId where an order stands that has no id, that a selection may mean, and that may be ours
     */
    private record Orders(
            List<Resource> resources,
            Map<String, String> references,
            Set<String> passedOver,
            int nameless,
            Optional<String> withoutId) {}

    /** The draft orders of a call. */
    private static final class Drafts {
        private final Body body;
        private final String patientId;
        private final boolean selects;
        private final Asked asked;
        private final Set<String> selected;
        private @Nullable JsonNode raw;
        private @Nullable Map<String, JsonNode> medications;

        Drafts(Body body, String patientId, boolean selects, Asked asked) {
            this.body = body;
            this.patientId = patientId;
            this.selects = selects;
            this.asked = asked;
            this.selected = selectedTexts(body.fields().path(BodyReader.CONTEXT));
        }

        /** True if it may be one of ours, selected or not. */
        boolean mayBeOurs(Draft draft) {
            return raw(draft).mayBe(asked.ours());
        }

        /** True if the call may be about it. */
        boolean isSelected(Draft draft) {
            return !selects || draft.names().stream().anyMatch(selected::contains);
        }

        /** True for an order for somebody else, which must not be passed over: whose chart this is may be a mistake. */
        boolean isForAnother(Draft draft) {
            Optional<URI> base = fhirServer(body.fields(), patientId).map(FhirServer::base);
            return draft.isOfOurTypes()
                    && new Subject(patientId, base)
                            .elementOfAnother(raw(draft).subject())
                            .isPresent();
        }

        private RawOrder raw(Draft draft) {
            Map<String, JsonNode> known = medications;
            if (known == null) {
                List<JsonNode> bundles = new ArrayList<>(List.of(raw(DRAFT_ORDERS)));
                raw(BodyReader.PREFETCH).forEach(bundles::add);
                known = RawOrder.medications(bundles);
                medications = known;
            }
            return new RawOrder(draft.type(), raw(draft.field()), known);
        }

        /** A field of the body as it was sent. */
        private JsonNode raw(String field) {
            JsonNode known = raw;
            if (known == null) {
                known = asked.raw().get();
                raw = known;
            }
            return known.at("/" + field.replaceAll("[.\\[]", "/").replace("]", ""));
        }

        /** The entries of the Bundle and of the Bundles in it. */
        List<Draft> all(ReadBundle bundle) {
            List<Draft> drafts = new ArrayList<>();
            collect(bundle.entries(), DRAFT_ORDERS, drafts);
            return drafts;
        }

        private void collect(List<ReadBundle.Entry> entries, String path, List<Draft> drafts) {
            for (int i = 0; i < entries.size(); i++) {
                ReadBundle.Entry entry = entries.get(i);
                String field = path + ".entry[" + i + "].resource";
                if (entry.type().equals("Bundle")) {
                    collect(entry.entries(), field, drafts);
                } else {
                    String id = entry.resource()
                            .map(resource -> resource.id().orElse(""))
                            .orElseGet(() -> raw(field).path("id").asString(""));
                    drafts.add(new Draft(field, entry, id));
                }
            }
        }
    }

    /**
     * Reads the drafts. One that cannot be ours, by what it orders or since nobody selected it, never ends the call: if it
     * cannot be read it is passed over.
     */
    private Orders orders(Drafts drafts) {
        DraftOrders given = drafts.body
                .draftOrders()
                .orElseThrow(
                        () -> new BadHookRequest(DRAFT_ORDERS, "required: expected a FHIR Bundle of draft orders"));
        ReadBundle orders = given.bundle()
                .orElseThrow(() -> new BadHookRequest(
                        given.type().isEmpty() ? DRAFT_ORDERS : DRAFT_ORDERS + ".resourceType", "expected Bundle"));
        orders.envelopeFault().ifPresent(fault -> {
            throw notReadable(DRAFT_ORDERS, fault);
        });
        List<Element> read = new ArrayList<>();
        Set<String> passedOver = new HashSet<>();
        Map<String, Draft> seen = new HashMap<>();
        int nameless = 0;
        Optional<String> withoutId = Optional.empty();
        for (Draft draft : drafts.all(orders)) {
            Optional<Resource> resource = read(draft, drafts);
            if (draft.isOfOurTypes() && !draft.isIdentified() && withoutId.isEmpty() && drafts.mayBeOurs(draft)) {
                withoutId = Optional.of(draft.field() + ".id");
                if (!drafts.selects) {
                    throw withoutId(draft.field() + ".id");
                }
            }
            @Nullable
            Draft twin = draft.isOfOurTypes() && draft.isIdentified()
                    ? seen.putIfAbsent(draft.type() + "/" + draft.id(), draft)
                    : null;
            if (twin != null && (drafts.mayBeOurs(twin) || drafts.mayBeOurs(draft))) {
                throw new BadHookRequest(draft.field() + ".id", "given twice: expected unique ids");
            }
            if (resource.isPresent() && draft.isIdentified() && twin == null) {
                Element entry = Element.of("Bundle.Entry").with("resource", resource.get());
                read.add(draft.fullUrl().isEmpty() ? entry : entry.with("fullUrl", draft.fullUrl()));
            } else {
                if (drafts.isForAnother(draft)) {
                    throw new BadHookRequest(
                            draft.field() + ".subject",
                            "belongs to another patient: expected the patient of context.patientId");
                }
                passedOver.addAll(draft.names());
                nameless += draft.isIdentified() ? 0 : 1;
            }
        }
        Resource bundle = Resource.of("Bundle").with("entry", read);
        List<Resource> resources = BundleContents.of(bundle).stream()
                .filter(resource -> resource.id().isPresent())
                .toList();
        if (resources.stream().filter(PatientRecord::isRequest).count() > MOST_DRAFTS) {
            throw new TooLarge(DRAFT_ORDERS, "too many orders: expected at most " + MOST_DRAFTS);
        }
        return new Orders(resources, references(bundle, resources), passedOver, nameless, withoutId);
    }

    private static BadHookRequest withoutId(String field) {
        return new BadHookRequest(field, "required: expected the draft's id");
    }

    /**
     * An entry of the draft orders.
     *
     * @param field where its resource stands
     * @param id as it says it, readable or not; empty if it says none
     */
    private record Draft(String field, ReadBundle.Entry entry, String id) {
        String type() {
            return entry.type();
        }

        String fullUrl() {
            return entry.fullUrl();
        }

        boolean isOfOurTypes() {
            return RawOrder.TYPES.contains(type());
        }

        boolean isIdentified() {
            return (!id().isBlank() && id().indexOf('/') < 0)
                    || (fullUrl().startsWith(URN_UUID) && fullUrl().length() > URN_UUID.length());
        }

        /** How a selection may name it. */
        Set<String> names() {
            Set<String> names = new HashSet<>();
            if (!id().isEmpty()) {
                names.addAll(Set.of(type() + "/" + id(), id(), URN_UUID + id()));
                if (type().isEmpty()) {
                    RawOrder.TYPES.forEach(type -> names.add(type + "/" + id()));
                }
            }
            if (!fullUrl().isEmpty()) {
                names.add(fullUrl());
                String url = fullUrl();
                names.add(type() + "/" + (url.startsWith(URN_UUID) ? url.substring(URN_UUID.length()) : url));
            }
            return names;
        }
    }

    /** The draft; empty if it cannot be read and cannot be ours. */
    private static Optional<Resource> read(Draft draft, Drafts drafts) {
        Optional<Resource> resource = draft.entry().resource();
        if (resource.isPresent()) {
            if (draft.isOfOurTypes() && drafts.isSelected(draft)) {
                Optional<BadHookRequest> fault = Modifiers.element(resource.get())
                        .map(element -> new BadHookRequest(draft.field() + "." + element, Modifiers.REFUSED))
                        .or(() -> lacksStatus(resource.get())
                                ? Optional.of(new BadHookRequest(
                                        draft.field() + ".status",
                                        "required: expected draft, or what it is where it is signed again"))
                                : Optional.empty());
                if (fault.isPresent() && drafts.mayBeOurs(draft)) {
                    throw fault.get();
                }
            }
            return resource;
        }
        boolean canBeMeant = drafts.isSelected(draft) || !draft.isIdentified();
        if (canBeMeant && drafts.mayBeOurs(draft)) {
            throw draft.entry()
                    .unreadable()
                    .filter(fault -> !draft.type().isEmpty())
                    .map(fault -> notReadable(draft.field(), fault))
                    .orElseGet(() -> new BadHookRequest(draft.field(), "expected a FHIR R4 resource"));
        }
        return Optional.empty();
    }

    private static BadHookRequest notReadable(String field, Unreadable unreadable) {
        return new BadHookRequest(
                unreadable.element().isEmpty() ? field : field + "." + unreadable.element(),
                "not readable: expected " + unreadable.expected());
    }

    private static Map<String, String> references(Resource bundle, List<Resource> resources) {
        Map<String, String> references = new HashMap<>();
        for (Resource resource : resources) {
            references.put(resource.reference(), resource.reference());
            references.put(URN_UUID + resource.id().orElse(""), resource.reference());
        }
        for (Element entry : bundle.all("entry")) {
            Optional<String> reference = entry.first("resource")
                    .map(Resource.class::cast)
                    .filter(resource -> resource.id().isPresent())
                    .map(Resource::reference);
            Optional<String> url = entry.text("fullUrl");
            if (reference.isPresent() && url.isPresent()) {
                references.putIfAbsent(url.get(), reference.get());
            }
        }
        resources.stream()
                .collect(Collectors.groupingBy(resource -> resource.id().orElse("")))
                .forEach((id, all) -> {
                    if (all.size() == 1) {
                        references.putIfAbsent(id, all.get(0).reference());
                    }
                });
        return references;
    }

    private static Set<String> selectedTexts(JsonNode context) {
        Set<String> texts = new HashSet<>();
        context.path("selections").forEach(selection -> {
            if (selection.isString()) {
                texts.add(selection.stringValue());
            }
        });
        return texts;
    }

    /** An order of which it is not known whether it is about to be signed must not be passed over as if it were none. */
    private static boolean lacksStatus(Resource resource) {
        return PatientRecord.isRequest(resource) && resource.text("status").isEmpty();
    }

    private static List<String> selections(JsonNode context, Orders orders) {
        JsonNode node = context.get("selections");
        if (node == null || !node.isArray()) {
            throw new BadHookRequest("context.selections", "required: expected an array of references to draft orders");
        }
        Set<String> selections = new LinkedHashSet<>();
        int unmatched = 0;
        for (JsonNode one : node) {
            boolean isMatched = !one.isString()
                    || orders.references().containsKey(one.stringValue())
                    || orders.passedOver().contains(one.stringValue());
            unmatched += isMatched ? 0 : 1;
        }
        // what has no name and is none of ours may be what a selection means that names nothing else
        boolean areNameless = unmatched < node.size() && unmatched <= orders.nameless();
        for (int i = 0; i < node.size(); i++) {
            String field = "context.selections[" + i + "]";
            if (!node.get(i).isString()) {
                throw new BadHookRequest(field, "expected a string such as MedicationRequest/123");
            }
            String reference = orders.references().get(node.get(i).stringValue());
            if (reference == null && orders.passedOver().contains(node.get(i).stringValue())) {
                continue;
            }
            if (reference == null && orders.withoutId().isEmpty() && areNameless) {
                continue;
            }
            if (reference == null && orders.withoutId().isPresent()) {
                throw withoutId(orders.withoutId().get());
            }
            if (reference == null) {
                throw new BadHookRequest(field, "expected a reference to an entry of context.draftOrders");
            }
            selections.add(reference);
        }
        return List.copyOf(selections);
    }

    private static Optional<FhirServer> fhirServer(JsonNode root, String patientId) {
        Optional<URI> base = optionalString(root, "", "fhirServer").map(HookRequestDecoder::base);
        JsonNode authorization = root.get("fhirAuthorization");
        if (authorization == null || authorization.isNull()) {
            return base.map(server -> new FhirServer(server, Optional.empty()));
        }
        if (!authorization.isObject()) {
            throw new BadHookRequest("fhirAuthorization", "expected an object");
        }
        String path = "fhirAuthorization.";
        JsonNode given = authorization.get("access_token");
        if (given == null
                || given.isNull()
                || (given.isString() && given.stringValue().isEmpty())) {
            // without a token it authorizes nothing
            return base.map(server -> new FhirServer(server, Optional.empty()));
        }
        String token = requiredString(authorization, path, "access_token");
        if (token.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            throw new BadHookRequest(path + "access_token", "expected a bearer token (RFC 6750)");
        }
        if (!requiredString(authorization, path, "token_type").equalsIgnoreCase("Bearer")) {
            throw new BadHookRequest(path + "token_type", "expected Bearer");
        }
        requireLifetime(authorization.get("expires_in"));
        optionalString(authorization, path, "subject");
        optionalString(authorization, path, "patient")
                .map(HookRequestDecoder::withoutType)
                .filter(patient -> !patient.equals(patientId))
                .ifPresent(other -> {
                    throw new BadHookRequest(
                            path + "patient", "is another patient: expected that of context.patientId");
                });
        GrantedScopes scopes = optionalString(authorization, path, "scope")
                .map(GrantedScopes::of)
                .orElse(GrantedScopes.UNSTATED);
        return Optional.of(new FhirServer(
                base.orElseThrow(() ->
                        new BadHookRequest("fhirServer", "required with fhirAuthorization: expected its base URL")),
                Optional.of(token),
                scopes));
    }

    /** Required by the specification; a client that omits it says nothing wrong, one whose token has expired does. */
    private static void requireLifetime(@Nullable JsonNode seconds) {
        if (seconds != null
                && !seconds.isNull()
                && (!seconds.canConvertToExactIntegral()
                        || seconds.decimalValue().signum() <= 0)) {
            throw new BadHookRequest("fhirAuthorization.expires_in", "expected a positive whole number of seconds");
        }
    }

    /** The base URL in the one way of writing it, so that each server is one server to whatever is kept of it. */
    private static URI base(String text) {
        if (text.length() > LONGEST_URL) {
            throw new BadHookRequest("fhirServer", "expected at most " + LONGEST_URL + " characters");
        }
        try {
            URI uri = new URI(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
            boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            boolean port = uri.getPort() == -1 || (uri.getPort() > 0 && uri.getPort() <= HIGHEST_PORT);
            boolean bare = uri.getUserInfo() == null && uri.getQuery() == null && uri.getFragment() == null;
            if (http && uri.getHost() != null && port && bare) {
                return BaseUrl.normal(uri).map(URI::create).orElse(uri);
            }
        } catch (URISyntaxException e) {
            // told below, as every other text that is no base URL
        }
        throw new BadHookRequest("fhirServer", "expected the absolute http or https base URL of a FHIR server");
    }

    private static JsonNode requiredObject(JsonNode parent, String name) {
        JsonNode node = parent.get(name);
        if (node == null || !node.isObject()) {
            throw new BadHookRequest(name, "required: expected an object");
        }
        return node;
    }

    private static String requiredString(JsonNode parent, String path, String name) {
        return optionalString(parent, path, name)
                .orElseThrow(() -> new BadHookRequest(path + name, "required: expected a string"));
    }

    private static Optional<String> optionalString(JsonNode parent, String path, String name) {
        JsonNode node = parent.get(name);
        if (node == null || node.isNull()) {
            return Optional.empty();
        }
        if (!node.isString() || node.stringValue().isBlank()) {
            throw new BadHookRequest(path + name, "expected a string that is not empty");
        }
        return Optional.of(node.stringValue());
    }
}
