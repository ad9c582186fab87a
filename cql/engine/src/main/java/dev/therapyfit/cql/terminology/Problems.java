package dev.therapyfit.cql.terminology;

import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.ContentException;
import dev.therapyfit.cql.content.ContentProblem;
import dev.therapyfit.cql.fhir.Resource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is wrong with the terminology of a content, each at its place. */
final class Problems {
    private final Content content;
    private final List<ContentProblem> found = new ArrayList<>();

    Problems(Content content) {
        this.content = content;
    }

    List<ContentProblem> found() {
        return found;
    }

    /** At an element that names something of the content that is not there; nothing if it may be in an unreadable file. */
    void addMissing(Resource resource, String path, String missing, String message) {
        if (!content.mayDefine(missing)) {
            add(resource, path, message);
        }
    }

    /** At an element of a resource, for example {@code compose.include[0].system}. */
    void add(Resource resource, String path, String message) {
        found.add(content.problem(resource, path, message));
    }

    /** At a system, if it cannot be one. */
    void requireSystem(Resource resource, String path, @Nullable String system) {
        CodeSyntax.faultOf(system).ifPresent(fault -> add(resource, path, fault));
    }

    /** At a code, if it cannot be one of its system. */
    void requireCode(Resource resource, String path, @Nullable String system, @Nullable String code) {
        CodeSyntax.faultOf(system, code).ifPresent(fault -> add(resource, path, fault));
    }

    void addTwice(Resource resource, String path, @Nullable String code) {
        add(resource, path, "code " + code + " is there twice");
    }

    /** @throws ContentException if there are any */
    void requireNone() {
        if (!found.isEmpty()) {
            throw new ContentException(found);
        }
    }
}
