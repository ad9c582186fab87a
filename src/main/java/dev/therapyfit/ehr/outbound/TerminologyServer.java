package dev.therapyfit.ehr.outbound;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.IParser;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.fhir.HapiResources;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.terminology.CodeSyntax;
import dev.therapyfit.cql.terminology.Terminology.Code;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.hl7.fhir.r4.model.Enumerations.PublicationStatus;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.ValueSet;
import org.hl7.fhir.r4.model.ValueSet.ConceptSetComponent;
import org.hl7.fhir.r4.model.ValueSet.ConceptSetFilterComponent;
import org.hl7.fhir.r4.model.ValueSet.FilterOperator;
import org.hl7.fhir.r4.model.ValueSet.ValueSetComposeComponent;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A FHIR R4 server that says which codes lie below a concept. It is asked once, before the content is compiled, with {@code
 * ValueSet/$expand} for each value set that has a filter {@code concept is-a}; what it answers becomes part of the content,
 * and so of its digest. The address is the operator's own, so that any is allowed.
 */
public final class TerminologyServer {
    private static final int PAGE = 10_000;

    /** More than all of SNOMED CT: a server that goes on has no end. */
    private static final int MOST_CODES = 1_000_000;

    private static final int OK = 200;

    private final URI base;
    private final Duration timeout;
    private final HttpClient http;
    private final JsonMapper json = new JsonMapper();
    private final IParser fhir = FhirContext.forR4Cached().newJsonParser();

    /**
     * @param base base URL of the server
     * @param timeout longest wait for one answer
     */
    public TerminologyServer(URI base, Duration timeout) {
        this.base = URI.create(base.toString().replaceFirst("/*$", "/"));
        this.timeout = timeout;
        this.http = HttpClient.newBuilder().connectTimeout(timeout).build();
    }

    /**
     * The content with what lies below its concepts, as further codes of its value sets.
     *
     * @throws NoExpansion if the server does not answer, or not for all
     */
    public Content expand(Content content) {
        Map<String, byte[]> changed = new HashMap<>();
        for (Resource valueSet : content.valueSets()) {
            ValueSet expanded = (ValueSet) HapiResources.toHapi(valueSet);
            ValueSetComposeComponent compose = expanded.getCompose();
            boolean asks = expand(expanded.getUrl(), compose.getInclude());
            asks |= expand(expanded.getUrl(), compose.getExclude());
            if (asks) {
                changed.put(
                        content.file(valueSet),
                        fhir.encodeResourceToString(expanded).getBytes(StandardCharsets.UTF_8));
            }
        }
        return content.with(changed);
    }

    /** Adds what lies below the concepts of these sets, and says which edition says so; false if they have none. */
    private boolean expand(String valueSet, List<ConceptSetComponent> sets) {
        ValueSet asked = new ValueSet();
        asked.setStatus(PublicationStatus.ACTIVE);
        asked.setUrl(valueSet + "/below");
        List<ConceptSetComponent> roots = sets.stream()
                .filter(set -> set.getFilter().stream().anyMatch(TerminologyServer::isBelow))
                .toList();
        if (roots.isEmpty()) {
            return false;
        }
        roots.forEach(root -> asked.getCompose().addInclude(root.copy()));
        Map<Code, String> found = codes(valueSet, asked);
        roots.forEach(root -> found.forEach((code, version) -> {
            if (code.system().equals(root.getSystem()) && !version.isEmpty()) {
                root.setVersion(version);
            }
        }));
        sets.forEach(
                set -> set.getConcept().forEach(known -> found.remove(new Code(set.getSystem(), known.getCode()))));
        Map<String, ConceptSetComponent> added = new TreeMap<>();
        found.keySet().forEach(code -> added.computeIfAbsent(
                        code.system(), system -> new ConceptSetComponent().setSystem(system))
                .addConcept()
                .setCode(code.code()));
        sets.addAll(added.values());
        return true;
    }

    private static boolean isBelow(ConceptSetFilterComponent filter) {
        return "concept".equals(filter.getProperty()) && filter.getOp() == FilterOperator.ISA;
    }

    /** All codes of a value set, each with the edition of its system, or an empty text. */
    private Map<Code, String> codes(String valueSet, ValueSet asked) {
        Map<Code, String> found = new TreeMap<>();
        int all = 0;
        int total;
        do {
            JsonNode expansion = expansion(valueSet, asked, all);
            int here = add(expansion, found);
            all += here;
            total = expansion.path("total").asInt(all);
            if ((here == 0 && all < total) || all > MOST_CODES) {
                throw new NoExpansion(valueSet, "its pages do not hold what its total says");
            }
        } while (all < total);
        for (Code code : found.keySet()) {
            CodeSyntax.faultOf(code.system(), code.code()).ifPresent(fault -> {
                throw new NoExpansion(valueSet, "the server answered " + fault);
            });
        }
        if (found.isEmpty()) {
            throw new NoExpansion(valueSet, "it is empty: the server does not have the code system");
        }
        return found;
    }

    private static int add(JsonNode parent, Map<Code, String> found) {
        int count = 0;
        for (JsonNode concept : parent.path("contains")) {
            if (concept.has("code")) {
                found.put(
                        new Code(
                                concept.path("system").asString(""),
                                concept.path("code").asString("")),
                        concept.path("version").asString(""));
                count++;
            }
            count += add(concept, found);
        }
        return count;
    }

    private JsonNode expansion(String valueSet, ValueSet asked, int offset) {
        Parameters parameters = new Parameters();
        parameters.addParameter().setName("valueSet").setResource(asked);
        parameters.addParameter("count", new IntegerType(PAGE));
        parameters.addParameter("offset", new IntegerType(offset));
        HttpRequest request = HttpRequest.newBuilder(base.resolve("ValueSet/$expand"))
                .timeout(timeout)
                .header("Content-Type", "application/fhir+json")
                .header("Accept", "application/fhir+json")
                .POST(BodyPublishers.ofString(fhir.encodeResourceToString(parameters)))
                .build();
        try {
            HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
            JsonNode body = json.readTree(answer.body());
            if (answer.statusCode() != OK || !body.has("expansion")) {
                String said = body.at("/issue/0/diagnostics").asString("no expansion in its answer");
                throw new NoExpansion(valueSet, "status " + answer.statusCode() + " of " + origin() + ", " + said);
            }
            return body.path("expansion");
        } catch (JacksonException e) {
            throw new NoExpansion(valueSet, "the answer of " + origin() + " is no FHIR JSON");
        } catch (IOException e) {
            throw new NoExpansion(
                    valueSet,
                    "no answer of " + origin() + " within " + timeout.toMillis() + " ms"
                            + " (therapy-fit.terminology.timeout)");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NoExpansion(valueSet, "the start was ended");
        }
    }

    /** Which server it is, without a name and password in its URL. */
    private String origin() {
        return base.getScheme() + "://" + base.getHost() + (base.getPort() < 0 ? "" : ":" + base.getPort());
    }
}
