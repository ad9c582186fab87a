package dev.therapyfit.protocol;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.fhirpath.IFhirPath;
import ca.uhn.fhir.fhirpath.IFhirPathEvaluationContext;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.instance.model.api.IBase;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.instance.model.api.IPrimitiveType;
import org.hl7.fhir.r4.model.Basic;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;

/**
 * Fills prefetch templates as a client of CDS Hooks 3.0 does: fields of the context, FHIRPath on the resources in it and
 * on earlier answers, {@code ofType()}, {@code resolve()}, {@code today()} with days added or taken away. HAPI's FHIRPath
 * engine evaluates; the clock is an argument.
 *
 * @param fields fields of the context that are texts
 * @param resources fields of the context that are resources
 * @param earlier answers to earlier keys
 * @param references what {@code resolve()} finds, by relative reference
 */
record TokenClient(
        Map<String, String> fields,
        Map<String, Resource> resources,
        Map<String, Resource> earlier,
        Map<String, Resource> references,
        LocalDate today) {
    private static final FhirContext FHIR = withTypes();
    private static final Pattern TOKEN = Pattern.compile("\\{\\{(.*?)}}");
    private static final Pattern ROOT = Pattern.compile("(?:context[.]|%)([A-Za-z0-9-]+)(?:[.](.*))?");

    private static FhirContext withTypes() {
        FhirContext fhir = FhirContext.forR4();
        fhir.setValidationSupport(new DefaultProfileValidationSupport(fhir));
        return fhir;
    }

    /** The URL that a template stands for; empty if a token gives nothing, so that there is nothing to ask. */
    Optional<String> fill(String template) {
        Matcher matcher = TOKEN.matcher(template);
        boolean nothing =
                matcher.results().anyMatch(token -> value(token.group(1)).isEmpty());
        return nothing
                ? Optional.empty()
                : Optional.of(TOKEN.matcher(template)
                        .replaceAll((MatchResult token) -> Matcher.quoteReplacement(value(token.group(1)))));
    }

    /** Several selectors are parted by pipes, several values joined by commas. */
    private String value(String expression) {
        return Stream.of(expression.split("[|]", -1))
                .map(String::trim)
                .flatMap(selector -> values(selector).stream())
                .distinct()
                .collect(Collectors.joining(","));
    }

    private List<String> values(String selector) {
        if (selector.startsWith("today()")) {
            return evaluate(new Basic(), selector.replace("today()", "@" + today));
        }
        Matcher root = ROOT.matcher(selector);
        if (!root.matches()) {
            throw new IllegalArgumentException("not a prefetch token: " + selector);
        }
        Map<String, Resource> from = selector.startsWith("%") ? earlier : resources;
        if (root.group(2) == null) {
            return Stream.ofNullable(fields.get(root.group(1))).toList();
        }
        Resource resource = from.get(root.group(1));
        return resource == null ? List.of() : evaluate(resource, root.group(2));
    }

    private List<String> evaluate(Resource resource, String path) {
        IFhirPath fhirPath = FHIR.newFhirPath();
        fhirPath.setEvaluationContext(new IFhirPathEvaluationContext() {
            @Override
            public @Nullable IBase resolveReference(IIdType reference, IBase context) {
                return references.get(reference.toUnqualifiedVersionless().getValue());
            }
        });
        return fhirPath.evaluate(resource, path, IBase.class).stream()
                .map(value ->
                        value instanceof IIdType id ? id.getIdPart() : ((IPrimitiveType<?>) value).getValueAsString())
                .toList();
    }
}
