/**
 * The CQL side of Therapy Fit: it loads content, compiles CQL, indexes one patient's record and evaluates. It knows
 * no clinical content, no HTTP and no Spring.
 *
 * <p>Start at {@link dev.therapyfit.cql.evaluation.CqlEvaluator}: it takes a {@link
 * dev.therapyfit.cql.content.Content} and a {@link dev.therapyfit.cql.record.PatientRecord} and gives {@link
 * dev.therapyfit.cql.evaluation.ExpressionResults}.
 *
 * <pre>{@code
 * Content content = Content.of(Map.of("input/cql/Example.cql", CQL.getBytes(StandardCharsets.UTF_8)));
 * CqlEvaluator evaluator = CqlEvaluator.compile(content, "Example"); // once
 * String json = "{\"resourceType\": \"Patient\", \"id\": \"p\", \"birthDate\": \"1990-02-03\"}";
 * PatientRecord record = PatientRecord.builder()
 *         .add(new ResourceReader(100_000).read(JsonMapper.shared().readTree(json)), Origin.PREFETCH)
 *         .build();
 * boolean isAdult = evaluator
 *         .evaluate(record, List.of("Is Adult"), new Inputs("US", List.of()), Instant.now())
 *         .value("Is Adult", Boolean.class)
 *         .orElseThrow();
 * }</pre>
 */
@NullMarked
package dev.therapyfit.cql;

import org.jspecify.annotations.NullMarked;
