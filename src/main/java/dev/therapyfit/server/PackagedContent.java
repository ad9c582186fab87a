package dev.therapyfit.server;

import dev.therapyfit.cql.content.Content;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/** The clinical content that the executable carries. */
public final class PackagedContent {
    private static final String ROOT = "content/";
    private static final List<String> WHAT_DECIDES = List.of("input/cql/", "input/resources/", "input/vocabulary/");
    private static final List<String> CASES = List.of("input/tests/", "expected/");

    private PackagedContent() {}

    /** Everything that can change a decision. */
    public static Content read() {
        Map<String, byte[]> files = new HashMap<>();
        WHAT_DECIDES.forEach(part -> readInto(files, part));
        return Content.of(files);
    }

    /** The same with its test cases, which are many small files. */
    public static Content readWithCases() {
        Map<String, byte[]> files = new HashMap<>();
        WHAT_DECIDES.forEach(part -> readInto(files, part));
        CASES.forEach(part -> readInto(files, part));
        return Content.of(files);
    }

    private static void readInto(Map<String, byte[]> files, String part) {
        try {
            for (Resource resource :
                    new PathMatchingResourcePatternResolver().getResources("classpath*:" + ROOT + part + "**/*.*")) {
                String url = resource.getURL().toString();
                String path = url.substring(url.lastIndexOf("/" + ROOT + part) + 1 + ROOT.length());
                try (InputStream in = resource.getInputStream()) {
                    files.put(path, in.readAllBytes());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
