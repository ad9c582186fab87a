package dev.therapyfit.app;

import dev.therapyfit.authoring.cases.Cases;
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
    private static final List<String> WHAT_DECIDES =
            List.of("input/cql/", "input/resources/", "input/schema/", "input/vocabulary/", Content.ELM);
    private static final String EXPECTED = "expected/";
    private static final String RESOURCES_OF_CASES = "input/tests/Library/*/";
    private static final String SUFFIX = ".yaml";
    private static final List<String> CASES = List.of("input/tests/", EXPECTED);

    private PackagedContent() {}

    /** Everything that can change a decision. */
    public static Content read() {
        return Content.of(whatDecides());
    }

    private static Map<String, byte[]> whatDecides() {
        Map<String, byte[]> files = new HashMap<>();
        WHAT_DECIDES.forEach(part -> readInto(files, part));
        return files;
    }

    /** The same with its test cases, which are many small files. */
    public static Content readWithCases() {
        Map<String, byte[]> files = whatDecides();
        CASES.forEach(part -> readInto(files, part));
        return Content.of(files);
    }

    /** The same with one of its test cases, if there is one of that name. */
    public static Content readWithCase(String name) {
        Map<String, byte[]> files = whatDecides();
        readCase(files, name);
        return Content.of(files);
    }

    /**
     * The same with a few of its test cases, evenly spread over the names of all.
     *
     * @param cases how many at most
     */
    public static Content readWithSomeCases(int cases) {
        Map<String, byte[]> files = whatDecides();
        List<String> names = find(EXPECTED + "*" + SUFFIX).stream()
                .map(file -> String.valueOf(file.getFilename()))
                .map(file -> file.substring(0, file.length() - SUFFIX.length()))
                .sorted()
                .toList();
        Cases.few(names, cases).forEach(name -> readCase(files, name));
        return Content.of(files);
    }

    private static void readCase(Map<String, byte[]> files, String name) {
        readFiles(files, EXPECTED + name + SUFFIX);
        readInto(files, RESOURCES_OF_CASES + name + "/");
    }

    private static List<Resource> find(String pattern) {
        try {
            return List.of(new PathMatchingResourcePatternResolver().getResources("classpath*:" + ROOT + pattern));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void readInto(Map<String, byte[]> files, String part) {
        readFiles(files, part + "**/*.*");
    }

    private static void readFiles(Map<String, byte[]> files, String pattern) {
        try {
            for (Resource resource : find(pattern)) {
                String url = resource.getURL().toString();
                String path = url.substring(url.lastIndexOf("/" + ROOT) + 1 + ROOT.length());
                try (InputStream in = resource.getInputStream()) {
                    files.put(path, in.readAllBytes());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
