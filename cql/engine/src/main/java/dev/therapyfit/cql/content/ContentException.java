package dev.therapyfit.cql.content;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The content cannot be used. Every problem found is told, with its place, not only the first one. */
public final class ContentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<ContentProblem> problems;

    public ContentException(List<ContentProblem> problems) {
        super(problems.stream().map(ContentProblem::toString).collect(Collectors.joining(System.lineSeparator())));
        this.problems = List.copyOf(problems);
    }

    public List<ContentProblem> problems() {
        return problems;
    }

    /**
     * A part of the content; empty if it has problems, which join those that were found before, so that all are told at
     * once.
     */
    public static <T> Optional<T> collect(Supplier<T> part, List<ContentProblem> problems) {
        try {
            return Optional.of(part.get());
        } catch (ContentException e) {
            problems.addAll(e.problems());
            return Optional.empty();
        }
    }
}
