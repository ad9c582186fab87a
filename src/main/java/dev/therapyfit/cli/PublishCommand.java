package dev.therapyfit.cli;

import dev.therapyfit.app.ContentCheck;
import dev.therapyfit.authoring.publication.PackageArchive;
import dev.therapyfit.authoring.publication.Publication;
import dev.therapyfit.cql.content.Content;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code publish}: the content as FHIR resources. */
@Command(
        name = "publish",
        description = {
            "Write the content as FHIR R4: bundle.json, a transaction for a FHIR server, and package.tgz, a FHIR NPM package.",
            "Libraries hold their CQL and ELM, value sets their expansions."
        },
        mixinStandardHelpOptions = true)
final class PublishCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private ContentOption content = new ContentOption();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            required = true,
            description = "Folder that the files are written to; it is made if it is not there.")
    private Path out = Path.of("");

    @Option(
            names = "--workspace",
            description =
                    "Also write workspace/: the content's own files, its value sets with the codes that the test cases have, "
                            + "for tools that evaluate CQL but no filters, such as VS Code's CQL extension.")
    private boolean writesWorkspace;

    @Option(names = "--at", paramLabel = "INSTANT", description = "Time that the files bear (default: now).")
    private @Nullable Instant at;

    @Override
    public Integer call() {
        PrintWriter terminal = Objects.requireNonNull(spec).commandLine().getOut();
        Content read = content.readPartly();
        ContentCheck check = ContentCheck.of(read);
        if (check.evaluator().isEmpty() || !check.problems().isEmpty()) {
            check.problems().forEach(terminal::println);
            terminal.println("Nothing is published: the content has problems.");
            return Commands.FAILED;
        }
        Instant time = at == null ? Instant.now() : at;
        Publication publication = Publication.of(read, check.evaluator().get(), time);
        write("bundle.json", new JsonMapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(publication.bundle()));
        write("package.tgz", PackageArchive.of(publication.packageFiles(), time));
        if (writesWorkspace) {
            Publication.workspace(read, check.evaluator().get(), time)
                    .forEach((file, bytes) -> write("workspace/" + file, bytes));
        }
        Map<String, Long> counts = publication.resources().keySet().stream()
                .collect(Collectors.groupingBy(
                        reference -> reference.substring(0, reference.indexOf('/')),
                        TreeMap::new,
                        Collectors.counting()));
        counts.forEach((type, count) -> terminal.println(type + ": " + count));
        terminal.println("Written to " + out + ": bundle.json, package.tgz" + (writesWorkspace ? ", workspace" : ""));
        return 0;
    }

    private void write(String name, byte[] bytes) {
        try {
            Path file = out.resolve(name);
            Files.createDirectories(file.getParent());
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new UnusableInput("--out " + out + ": expected a folder that can be written to");
        }
    }
}
