package dev.therapyfit.cli;

import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What commands are asked with that decide without a server: about whom, with which order, when and where. */
final class QuestionOptions {
    /** About whom: one of these. */
    static class Subject {
        @Option(
                names = "--patient",
                required = true,
                paramLabel = "BUNDLE.json",
                description = "FHIR R4 Bundle with one Patient and the chart; draft orders in it count as ordered.")
        private @Nullable Path patient;

        @Option(
                names = "--case",
                required = true,
                paramLabel = "NAME",
                description = "A test case of the content, for example o1: its patient, order, time and place.")
        private @Nullable String example;
    }

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    @Option(
            names = "--order",
            paramLabel = "ORDER.json",
            description = "The order: a MedicationRequest, a ServiceRequest or a Bundle of them.")
    private @Nullable Path order;

    @Option(
            names = "--at",
            paramLabel = "INSTANT",
            description = "Evaluation time, for example 2026-06-15T09:00:00Z (default: now, or that of the case).")
    private @Nullable Instant at;

    @Mixin
    private JurisdictionOption jurisdiction = new JurisdictionOption();

    @Mixin
    private ContentOption content = new ContentOption();

    /** The content, with the case that is asked about. */
    Content read(Subject subject) {
        return subject.example == null ? content.read() : content.readWithCase(subject.example);
    }

    /** What is asked about a subject. */
    Question question(Subject subject, Content read, CqlEvaluator evaluator) {
        String name = subject.example;
        if (name == null) {
            return question(subject.patient == null ? Path.of("") : subject.patient, order, evaluator);
        }
        if (order != null) {
            throw wrong("--order: the case has its own order; give --patient with it");
        }
        return Question.of(read, evaluator, name, at)
                .orElseThrow(() -> wrong("--case " + name + ": the content has no such case; expected/ lists them"));
    }

    /** What is asked about a patient in a file. */
    Question question(Path patient, @Nullable Path ordered, CqlEvaluator evaluator) {
        return Question.of(evaluator, patient, ordered, jurisdiction.code(), at);
    }

    /** The order that was given, if one was. */
    @Nullable
    Path order() {
        return order;
    }

    /** Wrong use of the command. */
    RuntimeException wrong(String message) {
        return new ParameterException(Objects.requireNonNull(command).commandLine(), message);
    }
}
