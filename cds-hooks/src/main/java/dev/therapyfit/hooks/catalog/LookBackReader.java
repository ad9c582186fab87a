package dev.therapyfit.hooks.catalog;

import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.ContentProblem;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import dev.therapyfit.cql.fhir.Element;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.terminology.Terminology.Code;
import dev.therapyfit.hooks.chart.LookBack;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads how far back the content needs data: {@code dataRequirement} of its main Library. One with a {@code dateFilter}
 * limits its type; those of the same type without one name the codes that are needed however old.
 */
final class LookBackReader {
    private static final String DAY = "d";
    private static final BigDecimal MOST_DAYS = BigDecimal.valueOf(100_000);
    private static final String ONLY_IF_SENT = "https://therapyfit.dev/fhir/StructureDefinition/only-if-sent";

    private final Content content;
    private final CqlEvaluator evaluator;
    private final List<ContentProblem> problems = new ArrayList<>();

    LookBackReader(Content content, CqlEvaluator evaluator) {
        this.content = content;
        this.evaluator = evaluator;
    }

    List<ContentProblem> problems() {
        return problems;
    }

    /** Types of which what no code asks for counts where it is sent, and is not missed. */
    Set<String> onlyIfSent() {
        return mainLibraries()
                .flatMap(library -> library.all("dataRequirement").stream())
                .filter(requirement ->
                        requirement.extensions(ONLY_IF_SENT).findAny().isPresent())
                .map(LookBackReader::type)
                .collect(Collectors.toUnmodifiableSet());
    }

    private Stream<Resource> mainLibraries() {
        String main = content.mainLibrary().name();
        return content.libraryResources().stream().filter(library -> library.hasText("name", main));
    }

    List<LookBack> read() {
        return mainLibraries()
                .flatMap(library -> library.all("dataRequirement").stream()
                        .filter(requirement -> requirement.has("dateFilter"))
                        .flatMap(requirement -> lookBack(requirement, library).stream()))
                .toList();
    }

    private Optional<LookBack> lookBack(Element requirement, Resource library) {
        Optional<Element> filter = requirement.first("dateFilter");
        Optional<String> path = filter.flatMap(one -> one.text("path"));
        Optional<Integer> days = filter.flatMap(one -> one.first("value")).flatMap(LookBackReader::days);
        boolean isRead = evaluator.dataRequirements().stream()
                .anyMatch(read -> read.type().equals(type(requirement)));
        if (days.isEmpty() || path.isEmpty() || !isRead) {
            problem(
                    library,
                    requirement,
                    "expected a type that the CQL retrieves, and one dateFilter with a path and a duration in days (d)");
            return Optional.empty();
        }
        Set<Code> unlimited = new HashSet<>();
        library.all("dataRequirement").stream()
                .filter(other -> !other.has("dateFilter") && type(requirement).equals(type(other)))
                .forEach(other ->
                        other.all("codeFilter").forEach(codes -> unlimited.addAll(codes(library, other, codes))));
        return Optional.of(new LookBack(type(requirement), path.get(), days.get(), Set.copyOf(unlimited)));
    }

    private static String type(Element requirement) {
        return requirement.text("type").orElse("");
    }

    /** A duration in whole days, more than none; else empty. */
    private static Optional<Integer> days(Element duration) {
        return duration.hasText("code", DAY)
                ? duration.text("value")
                        .map(BigDecimal::new)
                        .filter(value -> value.signum() > 0
                                && value.stripTrailingZeros().scale() <= 0
                                && value.compareTo(MOST_DAYS) <= 0)
                        .map(BigDecimal::intValueExact)
                : Optional.empty();
    }

    private Set<Code> codes(Resource library, Element requirement, Element filter) {
        Optional<Set<Code>> listed = filter.text("valueSet")
                .filter(evaluator.terminology()::defines)
                .flatMap(evaluator.terminology()::enumerate);
        if (listed.isEmpty()) {
            problem(library, requirement, "expected a codeFilter with a value set of the content that lists its codes");
        }
        return listed.orElse(Set.of());
    }

    private void problem(Resource library, Element requirement, String message) {
        problems.add(content.problem(
                library,
                "dataRequirement[" + library.all("dataRequirement").indexOf(requirement) + "]",
                "dataRequirement: " + message));
    }
}
