package dev.therapyfit.cli;

import dev.therapyfit.authoring.cases.Cases;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import dev.therapyfit.cql.evaluation.DataRequirement;
import dev.therapyfit.cql.evaluation.EvaluationException;
import dev.therapyfit.cql.evaluation.ExpressionResults;
import dev.therapyfit.cql.evaluation.Inputs;
import dev.therapyfit.cql.record.PatientRecord;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Whom a command asks about, what and when. */
record Question(CqlEvaluator evaluator, PatientRecord record, Inputs inputs, Instant at) {
    /**
     * About a patient and an order in files.
     *
     * @param order file of the order; absent: the drafts of the patient's file
     * @param at evaluation time; absent: now
     * @throws UnusableInput if a file cannot be read
     */
    static Question of(
            CqlEvaluator evaluator, Path patient, @Nullable Path order, String jurisdiction, @Nullable Instant at) {
        return new Question(
                evaluator,
                PatientFile.read(patient, order, types(evaluator)),
                new Inputs(jurisdiction, List.of()),
                millis(at == null ? Instant.now() : at));
    }

    /**
     * About a test case; empty if there is none of that name.
     *
     * @param at evaluation time; absent: that of the case
     */
    static Optional<Question> of(Content content, CqlEvaluator evaluator, String example, @Nullable Instant at) {
        return Cases.find(content, example)
                .map(one -> new Question(evaluator, one.record(), one.inputs(), millis(at == null ? one.at() : at)));
    }

    private static Instant millis(Instant at) {
        return at.truncatedTo(ChronoUnit.MILLIS);
    }

    /** The types that the content reads of a patient. */
    static Set<String> types(CqlEvaluator evaluator) {
        return evaluator.dataRequirements().stream().map(DataRequirement::type).collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Evaluates expressions, and uses what they give.
     *
     * @throws UnusableInput if the content fails on this patient
     */
    <T> T answer(Collection<String> names, Function<ExpressionResults, T> use) {
        try {
            return use.apply(evaluator.evaluate(record, names, inputs, at));
        } catch (EvaluationException e) {
            throw fails(e);
        }
    }

    /** The content fails on this patient. */
    static UnusableInput fails(EvaluationException e) {
        return new UnusableInput(e.getMessage() + ": the content fails on this patient");
    }
}
