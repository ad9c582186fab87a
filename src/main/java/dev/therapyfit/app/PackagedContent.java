package dev.therapyfit.app;

import dev.therapyfit.authoring.cases.AnswerFile;
import dev.therapyfit.authoring.cases.Cases;
import dev.therapyfit.cql.content.Content;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/** The clinical content that the executable carries. */
public final class PackagedContent {
    private static final String ROOT = "content/";
    private static final List<String> WHAT_DECIDES =
            List.of("input/cql/", "input/resources/", "input/schema/", "input/vocabulary/", Content.ELM);
    private static final String EXPECTED = "expected/";
    private static final String RESOURCES_OF_CASES = "input/tests/Library/";
    private static final List<String> CASES = List.of("input/tests/", EXPECTED);

    /** What reads each file, by its path in the content. */
    private final TreeMap<String, Reading> files = new TreeMap<>();

    private interface Reading {
        InputStream open() throws IOException;
    }

    private PackagedContent() {
        try {
            for (URL root :
                    Collections.list(PackagedContent.class.getClassLoader().getResources(ROOT))) {
                URLConnection connection = root.openConnection();
                if (connection instanceof JarURLConnection jar) {
                    add(jar.getJarFile());
                } else {
                    add(Path.of(URI.create(root.toString())));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void add(JarFile jar) {
        jar.stream()
                .filter(entry -> entry.getName().startsWith(ROOT) && !entry.isDirectory())
                .forEach(entry -> files.put(entry.getName().substring(ROOT.length()), () -> jar.getInputStream(entry)));
    }

    private void add(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            paths.filter(Files::isRegularFile)
                    .forEach(path -> files.put(
                            folder.relativize(path).toString().replace('\\', '/'), () -> Files.newInputStream(path)));
        }
    }

    private Content content(Predicate<String> wanted) {
        Map<String, byte[]> read = new HashMap<>();
        files.forEach((path, reading) -> {
            if (isBelow(WHAT_DECIDES, path) || wanted.test(path)) {
                try (InputStream in = reading.open()) {
                    read.put(path, in.readAllBytes());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        });
        return Content.of(read);
    }

    private static boolean isBelow(List<String> folders, String path) {
        return folders.stream().anyMatch(path::startsWith);
    }

    /** Everything that can change a decision. */
    public static Content read() {
        return new PackagedContent().content(path -> false);
    }

    /** The same with its test cases, which are many small files. */
    public static Content readWithCases() {
        return new PackagedContent().content(path -> isBelow(CASES, path));
    }

    /** The same with one of its test cases, if there is one of that name. */
    public static Content readWithCase(String name) {
        return new PackagedContent().content(path -> isOf(List.of(name), path));
    }

    /**
     * The same with a few of its test cases, evenly spread over the names of all.
     *
     * @param cases how many at most
     */
    public static Content readWithSomeCases(int cases) {
        PackagedContent packaged = new PackagedContent();
        List<String> few = Cases.few(packaged.files.keySet(), cases);
        return packaged.content(path -> isOf(few, path));
    }

    /** True for what is expected of one of these cases, and for its resources, which lie in a folder of its name. */
    private static boolean isOf(List<String> cases, String path) {
        if (path.startsWith(EXPECTED)) {
            return cases.stream()
                    .anyMatch(name -> path.equals(AnswerFile.expectation(name)) || path.equals(AnswerFile.path(name)));
        }
        if (!path.startsWith(RESOURCES_OF_CASES)) {
            return false;
        }
        String[] folders = path.substring(RESOURCES_OF_CASES.length()).split("/", 3);
        return folders.length > 2 && cases.contains(folders[1]);
    }
}
