package dev.therapyfit.hooks.request;

import dev.therapyfit.cql.fhir.Element;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.fhir.ResourceReader;
import dev.therapyfit.cql.terminology.Terminology;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/**
 * What the JSON of an order says is ordered, whether or not all of it can be read: codes and words, in the shape of R4 or
 * R5. Enough to tell an order that is none of ours from one that may be.
 *
 * @param type what it says it is
 * @param json the order
 * @param medications of the call, by what an order may call them
 */
record RawOrder(String type, JsonNode json, Map<String, JsonNode> medications) {
    private static final String MEDICATION_REQUEST = "MedicationRequest";
    private static final String SERVICE_REQUEST = "ServiceRequest";
    private static final String MEDICATION = "Medication";

    /** Types of orders that can be ours; others are passed over, whatever they hold. */
    static final List<String> TYPES = List.of(MEDICATION_REQUEST, SERVICE_REQUEST);

    /**
     * False if it is certain that it is none of ours: by its type, or since what is ordered can be told and is something
     * else.
     *
     * @param ours true for an order, as far as it is known, that the service is about
     */
    boolean mayBe(Predicate<Resource> ours) {
        if (type.isEmpty()) {
            return TYPES.stream().anyMatch(one -> ordered(one).filter(ours).isPresent());
        }
        return TYPES.contains(type) && ordered(type).map(ours::test).orElse(true);
    }

    /** Whom it is for, as far as it says: an order of its type, with nothing else. */
    Resource subject() {
        JsonNode reference = json.path("subject").path("reference");
        Resource order = Resource.of(MEDICATION_REQUEST);
        return reference.isString()
                ? order.with("subject", Element.of("Reference").with("reference", reference.stringValue()))
                : order;
    }

    /** An order of what is ordered; empty if that cannot be told. */
    private Optional<Resource> ordered(String as) {
        Said said = new Said();
        boolean isMedication = as.equals(MEDICATION_REQUEST);
        for (Map.Entry<String, JsonNode> element : json.properties()) {
            if (isMedication
                    ? element.getKey().startsWith("medication")
                    : element.getKey().equals("code")) {
                said.read(element.getValue());
            }
        }
        return said.isAll
                ? Optional.of(Resource.of(as).with(isMedication ? "medication" : "code", said.concept))
                : Optional.empty();
    }

    /** The Medications of a Bundle, at any depth, by what references may call them. */
    static Map<String, JsonNode> medications(Iterable<JsonNode> bundles) {
        Map<String, JsonNode> medications = new HashMap<>();
        bundles.forEach(bundle -> collect(bundle, medications));
        return medications;
    }

    private static void collect(JsonNode bundle, Map<String, JsonNode> medications) {
        for (JsonNode entry : bundle.path("entry")) {
            JsonNode resource = entry.path("resource");
            if (ResourceReader.type(resource).equals("Bundle")) {
                collect(resource, medications);
            } else if (ResourceReader.type(resource).equals(MEDICATION)) {
                medications.put(MEDICATION + "/" + resource.path("id").asString(""), resource);
                medications.put(entry.path("fullUrl").asString(""), resource);
            }
        }
    }

    /** Codes and words, gathered into one concept. */
    private final class Said {
        private Element concept = Element.of("CodeableConcept");

        /** False as long as nothing is said, and once something was that is not understood. */
        private boolean isAll;

        private boolean isIncomplete;

        void read(JsonNode element) {
            if (element.isArray()) {
                element.forEach(this::read);
            } else if (element.isObject()) {
                readConcept(element);
            } else {
                lose();
            }
        }

        private void readConcept(JsonNode element) {
            boolean says = false;
            if (element.has("concept")) {
                read(element.path("concept")); // a CodeableReference of R5
                says = true;
            }
            if (element.path("reference").isObject()) {
                read(element.path("reference"));
                says = true;
            } else if (element.has("reference")) {
                readReferred(element.path("reference"));
                says = true;
            } else if (element.has("identifier")) {
                lose();
            }
            if (element.has("coding")) {
                JsonNode codings = element.path("coding");
                if (codings.isArray()) {
                    codings.forEach(this::readCoding);
                } else {
                    readCoding(codings);
                }
                says |= !codings.isEmpty();
            }
            for (String words : List.of("text", "display")) {
                if (element.has(words)) {
                    readWords(element.path(words));
                    says = true;
                }
            }
            if (!says) {
                lose();
            }
        }

        private void readCoding(JsonNode coding) {
            JsonNode code = coding.path("code");
            JsonNode system = coding.path("system");
            if (code.isString() && system.isString()) {
                concept = concept.adding(
                        "coding", new Terminology.Code(system.stringValue(), code.stringValue()).coding());
                say();
            } else if (!coding.isObject() || (!code.isMissingNode() && !(code.isString() && system.isMissingNode()))) {
                lose();
            }
            if (coding.has("display")) {
                readWords(coding.path("display"));
            }
        }

        private void readWords(JsonNode words) {
            if (words.isString() && !words.stringValue().isBlank()) {
                String before = concept.text("text").map(text -> text + " ; ").orElse("");
                concept = concept.with("text", before + words.stringValue());
                say();
            } else {
                lose();
            }
        }

        /** What the order contains or came with. */
        private void readReferred(JsonNode reference) {
            String text = reference.asString("");
            JsonNode referred = medications.get(text);
            for (JsonNode contained : json.path("contained")) {
                if (!text.isEmpty()
                        && text.equals("#" + contained.path("id").asString("").replaceFirst("^#", ""))) {
                    referred = contained;
                }
            }
            if (referred == null || !referred.path("code").isObject()) {
                lose();
            } else {
                read(referred.path("code"));
            }
        }

        private void say() {
            isAll = !isIncomplete;
        }

        private void lose() {
            isIncomplete = true;
            isAll = false;
        }
    }
}
