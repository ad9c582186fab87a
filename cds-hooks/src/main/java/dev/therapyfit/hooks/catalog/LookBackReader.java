package dev.therapyfit.hooks.catalog;

import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.ContentProblem;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import dev.therapyfit.cql.terminology.Terminology.Code;
import dev.therapyfit.hooks.chart.LookBack;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.DataRequirement;
import org.hl7.fhir.r4.model.DataRequirement.DataRequirementCodeFilterComponent;
import org.hl7.fhir.r4.model.DataRequirement.DataRequirementDateFilterComponent;
import org.hl7.fhir.r4.model.Duration;
import org.hl7.fhir.r4.model.Library;

/**
 * Reads how far back the content needs data: {@code dataRequirement} of its main Library. One with a {@code dateFilter}
 * limits its type; those of the same type without one name the codes that are needed however old.
 */
final class LookBackReader {
    private static final String DAY = "d";
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
        return content.libraryResources().stream()
                .filter(library -> content.mainLibrary().name().equals(library.getName()))
                .flatMap(library -> library.getDataRequirement().stream())
                .filter(requirement -> requirement.hasExtension(ONLY_IF_SENT))
                .map(DataRequirement::getType)
                .collect(Collectors.toUnmodifiableSet());
    }

    List<LookBack> read() {
        List<LookBack> lookBacks = new ArrayList<>();
        for (Library library : content.libraryResources()) {
            if (content.mainLibrary().name().equals(library.getName())) {
                for (DataRequirement requirement : library.getDataRequirement()) {
                    if (requirement.hasDateFilter()) {
                        lookBack(requirement, library).ifPresent(lookBacks::add);
                    }
                }
            }
        }
        return lookBacks;
    }

    private Optional<LookBack> lookBack(DataRequirement requirement, Library library) {
        DataRequirementDateFilterComponent filter = requirement.getDateFilterFirstRep();
        boolean inDays = filter.getValue() instanceof Duration duration
                && DAY.equals(duration.getCode())
                && duration.hasValue()
                && duration.getValue().signum() > 0
                && duration.getValue().stripTrailingZeros().scale() <= 0;
        boolean isRead = evaluator.dataRequirements().stream()
                .anyMatch(read -> read.type().equals(requirement.getType()));
        if (!inDays || !filter.hasPath() || !isRead) {
            problem(
                    library,
                    requirement,
                    "expected a type that the CQL retrieves, and one dateFilter with a path and a duration in days (d)");
            return Optional.empty();
        }
        Set<Code> unlimited = new HashSet<>();
        library.getDataRequirement().stream()
                .filter(other -> !other.hasDateFilter() && requirement.getType().equals(other.getType()))
                .forEach(other ->
                        other.getCodeFilter().forEach(codes -> unlimited.addAll(codes(library, other, codes))));
        return Optional.of(new LookBack(
                requirement.getType(),
                filter.getPath(),
                ((Duration) filter.getValue()).getValue().intValueExact(),
                Set.copyOf(unlimited)));
    }

    private Set<Code> codes(Library library, DataRequirement requirement, DataRequirementCodeFilterComponent filter) {
        Optional<Set<Code>> listed =
                filter.hasValueSet() && evaluator.terminology().defines(filter.getValueSet())
                        ? evaluator.terminology().enumerate(filter.getValueSet())
                        : Optional.empty();
        if (listed.isEmpty()) {
            problem(library, requirement, "expected a codeFilter with a value set of the content that lists its codes");
        }
        return listed.orElse(Set.of());
    }

    private void problem(Library library, DataRequirement requirement, String message) {
        problems.add(content.problem(
                library,
                "dataRequirement[" + library.getDataRequirement().indexOf(requirement) + "]",
                "dataRequirement: " + message));
    }
}
