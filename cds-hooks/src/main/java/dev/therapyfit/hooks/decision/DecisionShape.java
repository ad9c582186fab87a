package dev.therapyfit.hooks.decision;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.keyword.AnnotationKeyword;
import dev.therapyfit.cql.content.ContentException;
import dev.therapyfit.cql.content.ContentProblem;
import dev.therapyfit.cql.content.DecisionSchema;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Checks that a decision has the shape that its content promises. */
final class DecisionShape {
    private static final Dialect DIALECT = Dialect.builder(Dialects.getDraft202012())
            .keywords(List.of(
                    new AnnotationKeyword("x-expected"),
                    new AnnotationKeyword("x-quiet"),
                    new AnnotationKeyword("x-cleared"),
                    new AnnotationKeyword("x-answers"),
                    new AnnotationKeyword("x-scale"),
                    new AnnotationKeyword("x-expression")))
            .build();

    private static final Schema SCHEMA_OF_SCHEMAS = SchemaRegistry.withDefaultDialect(
                    SpecificationVersion.DRAFT_2020_12)
            .getSchema(SchemaLocation.of(DIALECT.getId()));

    private final Schema schema;

    /**
     * Compiles a schema.
     *
     * @throws ContentException if it is no schema of draft 2020-12
     */
    DecisionShape(DecisionSchema schema) {
        List<ContentProblem> problems = SCHEMA_OF_SCHEMAS.validate(schema.json()).stream()
                .map(error -> new ContentProblem(DecisionSchema.FILE, 0, 0, "no JSON Schema: " + described(error)))
                .toList();
        if (!problems.isEmpty()) {
            throw new ContentException(problems);
        }
        this.schema = SchemaRegistry.withDefaultDialect(DIALECT).getSchema(schema.json());
    }

    /** What is wrong with a decision: each place with the keyword that it breaks, and no value. */
    Stream<String> problems(JsonNode decision) {
        return schema.validate(decision).stream().map(DecisionShape::described);
    }

    private static String described(Error error) {
        String property = error.getProperty() == null ? "" : " " + error.getProperty();
        return error.getInstanceLocation() + " (" + error.getKeyword() + property + ")";
    }
}
