package dev.therapyfit.hooks.hook;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.parser.LenientErrorHandler;
import dev.therapyfit.cql.record.BaseUrl;
import dev.therapyfit.cql.record.Bounds;
import dev.therapyfit.cql.record.BundleContents;
import dev.therapyfit.cql.record.PatientRecord;
import dev.therapyfit.hooks.failure.CdsFailure.BadHookRequest;
import dev.therapyfit.hooks.failure.CdsFailure.TooLarge;
import dev.therapyfit.hooks.hook.HookContext.OrderSelect;
import dev.therapyfit.hooks.hook.HookContext.OrderSign;
import dev.therapyfit.hooks.hook.HookContext.PatientView;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.MedicationRequest;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Bytes to {@link HookRequest} (CDS Hooks, "Calling a CDS Service"). Fields that the specification does not name are
 * ignored. Nothing of the body is put into an error but names of fields.
 */
public final class HookRequestDecoder {
    /** FHIR R4 datatype {@code id}. */
    private static final Pattern FHIR_ID = Pattern.compile("[A-Za-z0-9\\-.]{1,64}");

    private static final int HIGHEST_PORT = 65_535;

    /** A text that HAPI would take for a number with a long exponent, where a number is expected. */
    private static final Pattern LONG_EXPONENT = Pattern.compile("[-+.0-9]{1,1000}[eE][-+]?[0-9]{4,}");

    private final JsonMapper json;
    private final FhirContext fhir;
    private final HookRequestLimits limits;

    /** With the limits that serve nearly everybody. */
    public HookRequestDecoder(FhirContext fhir) {
        this(fhir, HookRequestLimits.USUAL);
    }

    /** With limits of one's own. */
    public HookRequestDecoder(FhirContext fhir, HookRequestLimits limits) {
        this.fhir = fhir;
        this.limits = limits;
        this.json = JsonMapper.builder(JsonFactory.builder()
                        .streamReadConstraints(StreamReadConstraints.builder()
                                .maxNestingDepth(limits.depth())
                                .maxNumberLength(limits.numberLength())
                                .maxStringLength(limits.stringLength())
                                .build())
                        .build())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .build();
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
        JsonNode root = parse(body);
        String name = requiredString(root, "", "hook");
        Hook hook = Hook.of(name)
                .orElseThrow(() -> new BadHookRequest(
                        "hook", "unknown hook: expected " + expected.code() + ", the hook of this service"));
        if (hook != expected) {
            throw new BadHookRequest(
                    "hook", "does not match the service: expected " + expected.code() + ", got " + hook.code());
        }
        String hookInstance = requiredString(root, "", "hookInstance");
        HookContext context = context(hook, requiredObject(root, "context"));
        return new HookRequest(
                hook, hookInstance, context, fhirServer(root, context.patientId()), prefetch(root, prefetchKeys));
    }

    private JsonNode parse(byte[] body) {
        JsonNode root;
        try {
            root = json.readTree(body);
        } catch (StreamConstraintsException e) {
            throw new BadHookRequest(
                    "",
                    "the body is beyond a limit" + place(e) + ": expected at most " + limits.depth()
                            + " levels of nesting, " + limits.numberLength() + " characters in a number and "
                            + limits.stringLength() + " in a string");
        } catch (NumberFormatException e) {
            // Jackson does not declare what it does with an exponent that is no int; its message holds the number
            throw new BadHookRequest("", "a number is beyond a limit: expected an exponent of a clinical value");
        } catch (JacksonException e) {
            throw new BadHookRequest(
                    "",
                    "the body is not well-formed JSON" + place(e)
                            + ": expected one JSON object without duplicate keys");
        }
        if (root == null || !root.isObject()) {
            throw new BadHookRequest("", "the body is not a JSON object: expected a CDS Hooks request");
        }
        if (resourcesIn(root) > limits.resources()) {
            throw new TooLarge("", "too many resources: expected at most " + limits.resources());
        }
        return root;
    }

    private static String place(JacksonException e) {
        var place = e.getLocation();
        return place == null ? "" : " at line " + place.getLineNr() + ", column " + place.getColumnNr();
    }

    /** Resources at any depth: in Bundles, contained, under keys that nobody asked for. */
    private static int resourcesIn(JsonNode node) {
        int count = node.has("resourceType") ? 1 : 0;
        for (JsonNode child : node) {
            count += child.isContainer() ? resourcesIn(child) : 0;
        }
        return count;
    }

    private HookContext context(Hook hook, JsonNode context) {
        String userId = requiredString(context, "context.", "userId");
        String patientId = requiredString(context, "context.", "patientId");
        if (!FHIR_ID.matcher(patientId).matches()) {
            throw new BadHookRequest(
                    "context.patientId", "expected a FHIR id: 1 to 64 letters, digits, '-' or '.', without a type");
        }
        Optional<String> encounterId = optionalString(context, "context.", "encounterId");
        return switch (hook) {
            case PATIENT_VIEW -> new PatientView(userId, patientId, encounterId);
            case ORDER_SELECT -> {
                Orders orders = orders(context);
                yield new OrderSelect(userId, patientId, encounterId, selections(context, orders), orders.resources());
            }
            case ORDER_SIGN ->
                new OrderSign(userId, patientId, encounterId, orders(context).resources());
        };
    }

    /** Draft orders, and how selections may name them: by relative reference, by full URL or by an id that only one has. */
    private record Orders(List<Resource> resources, Map<String, String> references) {}

    private Orders orders(JsonNode context) {
        JsonNode node = context.get("draftOrders");
        if (node == null || !node.isObject()) {
            throw new BadHookRequest("context.draftOrders", "required: expected a FHIR Bundle of draft orders");
        }
        if (!(resource(node, "context.draftOrders") instanceof Bundle bundle)) {
            throw new BadHookRequest("context.draftOrders.resourceType", "expected Bundle");
        }
        List<Resource> resources = BundleContents.of(bundle);
        Map<String, String> references = new HashMap<>();
        for (int i = 0; i < resources.size(); i++) {
            Resource resource = resources.get(i);
            if (!resource.getIdElement().hasIdPart()) {
                throw new BadHookRequest(
                        "context.draftOrders.entry[" + i + "].resource.id", "required: expected the draft's id");
            }
            if (lacksStatus(resource)) {
                throw new BadHookRequest(
                        "context.draftOrders.entry[" + i + "].resource.status",
                        "required: expected draft, or what it is where it is signed again");
            }
            String reference = PatientRecord.reference(resource);
            if (references.put(reference, reference) != null) {
                throw new BadHookRequest(
                        "context.draftOrders.entry[" + i + "].resource.id", "given twice: expected unique ids");
            }
            references.put("urn:uuid:" + resource.getIdElement().getIdPart(), reference);
        }
        bundle.getEntry().stream()
                .filter(entry -> entry.hasFullUrl() && entry.hasResource())
                .filter(entry -> entry.getResource().getIdElement().hasIdPart())
                .forEach(entry ->
                        references.putIfAbsent(entry.getFullUrl(), PatientRecord.reference(entry.getResource())));
        resources.stream()
                .collect(Collectors.groupingBy(
                        resource -> resource.getIdElement().getIdPart()))
                .forEach((id, all) -> {
                    if (all.size() == 1) {
                        references.putIfAbsent(id, PatientRecord.reference(all.get(0)));
                    }
                });
        return new Orders(resources, references);
    }

    /** An order of which it is not known whether it is about to be signed must not be passed over as if it were none. */
    private static boolean lacksStatus(Resource resource) {
        return (resource instanceof MedicationRequest medication && medication.getStatus() == null)
                || (resource instanceof ServiceRequest service && service.getStatus() == null);
    }

    private static List<String> selections(JsonNode context, Orders orders) {
        JsonNode node = context.get("selections");
        if (node == null || !node.isArray()) {
            throw new BadHookRequest("context.selections", "required: expected an array of references to draft orders");
        }
        List<String> selections = new ArrayList<>();
        for (int i = 0; i < node.size(); i++) {
            String field = "context.selections[" + i + "]";
            if (!node.get(i).isString()) {
                throw new BadHookRequest(field, "expected a string such as MedicationRequest/123");
            }
            String reference = orders.references().get(node.get(i).stringValue());
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

    private Map<String, Resource> prefetch(JsonNode root, Set<String> keys) {
        JsonNode node = root.get("prefetch");
        if (node == null || node.isNull()) {
            return Map.of();
        }
        if (!node.isObject()) {
            throw new BadHookRequest("prefetch", "expected an object of FHIR resources by prefetch key");
        }
        Map<String, Resource> prefetch = new HashMap<>();
        for (String key : keys) {
            JsonNode value = node.get(key);
            if (value == null) {
                continue;
            }
            if (value.isNull()) {
                // "If the CDS Client has no data to populate a template prefetch key": looked for, and none there
                prefetch.put(key, new Bundle());
                continue;
            }
            Resource resource = resource(value, "prefetch." + key);
            if (!(resource instanceof OperationOutcome)) {
                prefetch.put(key, resource);
            }
        }
        return Map.copyOf(prefetch);
    }

    private Resource resource(JsonNode node, String field) {
        if (!node.isObject() || node.get("resourceType") == null) {
            throw new BadHookRequest(field, "expected a FHIR R4 resource");
        }
        requireIds(node, field);
        requireRepetitions("", node, field);
        if (holds(node, value -> value.isBigDecimal() && Bounds.isHuge(value.decimalValue()))) {
            throw hugeNumber(field);
        }
        Resource resource;
        try {
            resource = (Resource) parser().parseResource(node.toString());
        } catch (RuntimeException e) {
            // HAPI's parser answers some of what it cannot read with an exception that it does not declare
            throw new BadHookRequest(unreadable(node, field), "not readable: expected a FHIR R4 resource");
        }
        boolean isSuspicious = holds(
                node,
                value -> value.isString()
                        && LONG_EXPONENT.matcher(value.stringValue()).matches());
        if (isSuspicious && Bounds.holdsHugeNumber(resource)) {
            throw hugeNumber(field);
        }
        return resource;
    }

    private static BadHookRequest hugeNumber(String field) {
        return new BadHookRequest(
                field, "holds a number of more than " + Bounds.MOST_DIGITS + " digits: expected less");
    }

    private static void requireRepetitions(String name, JsonNode node, String field) {
        if (node.isArray()) {
            if (Bounds.isTooOften(name, node.size())) {
                throw new BadHookRequest(
                        field,
                        "repeats an element too often: expected at most " + Bounds.MOST_REPETITIONS + " of each");
            }
            node.forEach(one -> requireRepetitions(name, one, field));
        } else if (node.isObject()) {
            node.properties().forEach(child -> requireRepetitions(child.getKey(), child.getValue(), field));
        }
    }

    /** HAPI takes the last part of a path for the id: two resources would become one, and a finding be lost. */
    private static void requireIds(JsonNode resource, String field) {
        if (resource.path("id").asString("").indexOf('/') >= 0) {
            throw new BadHookRequest(field + ".id", "expected a FHIR id, without a path");
        }
        JsonNode entries = resource.path("entry");
        for (int i = 0; entries.isArray() && i < entries.size(); i++) {
            requireIds(entries.get(i).path("resource"), field + ".entry[" + i + "].resource");
        }
    }

    private static boolean holds(JsonNode node, Predicate<JsonNode> what) {
        if (what.test(node)) {
            return true;
        }
        for (JsonNode child : node) {
            if (holds(child, what)) {
                return true;
            }
        }
        return false;
    }

    /** The innermost field that cannot be read: the entry of a Bundle where it is one entry's fault. */
    private String unreadable(JsonNode node, String field) {
        JsonNode entries = node.get("entry");
        if (entries == null || !entries.isArray()) {
            return field;
        }
        for (int i = 0; i < entries.size(); i++) {
            JsonNode entry = entries.get(i).get("resource");
            if (entry == null) {
                continue;
            }
            try {
                parser().parseResource(entry.toString());
            } catch (RuntimeException e) {
                return field + ".entry[" + i + "].resource";
            }
        }
        return field;
    }

    private IParser parser() {
        // Unknown elements are ignored, values that are none of their type are refused; HAPI's log of either would
        // hold patient data, so it stays off.
        return fhir.newJsonParser().setParserErrorHandler(new LenientErrorHandler(false));
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
