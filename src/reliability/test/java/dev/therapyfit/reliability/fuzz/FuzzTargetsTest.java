package dev.therapyfit.reliability.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.therapyfit.reliability.fuzz.FuzzCommand.Target;
import dev.therapyfit.reliability.mutation.BodyMutator;
import dev.therapyfit.reliability.mutation.Choices;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The targets on their seeds and on what was found once, so that neither they nor what was mended can rot. */
class FuzzTargetsTest {
    private static final Path FINDINGS = Path.of("test/resources/findings");
    private static final int MUTATED = 500;

    /** What a kept finding is handed to. */
    private static final Map<String, Consumer<byte[]>> KEPT = Map.of(
            "decoder", RequestDecoderFuzz::fuzzerTestOneInput,
            "prefetch", PrefetchFuzz::check,
            "markdown", MarkdownFuzz::check,
            "token", TokenFuzz::fuzzerTestOneInput);

    @BeforeAll
    static void content() {
        System.setProperty(Line.CONTENT, "../../cql");
    }

    @TestFactory
    Stream<DynamicTest> what_was_found_stays_mended() throws IOException {
        List<Path> files;
        try (Stream<Path> found = Files.walk(FINDINGS)) {
            files = found.filter(Files::isRegularFile).sorted().toList();
        }
        assertThat(files).isNotEmpty();
        return files.stream().map(file -> dynamicTest(FINDINGS.relativize(file).toString(), () -> replay(file)));
    }

    private static void replay(Path file) throws IOException {
        String target = FINDINGS.relativize(file).getName(0).toString();
        Objects.requireNonNull(KEPT.get(target), "findings of an unknown target")
                .accept(Files.readAllBytes(file));
    }

    @Test
    void the_decoder_takes_its_seeds_and_refuses_what_is_broken_as_it_should() {
        List<byte[]> seeds = Seeds.of(Target.decoder);
        seeds.stream().limit(20).forEach(RequestDecoderFuzz::fuzzerTestOneInput);
        Choices choices = Choices.seeded(1);
        for (int i = 0; i < MUTATED; i++) {
            RequestDecoderFuzz.fuzzerTestOneInput(BodyMutator.bytes(choices.of(seeds), choices));
        }
    }

    @Test
    void the_line_answers_mutated_bodies_or_refuses_them() {
        run(Target.prefetch, PrefetchFuzz::fuzzerTestOneInput, MUTATED);
    }

    @Test
    void no_text_changes_a_card() {
        run(Target.markdown, MarkdownFuzz::fuzzerTestOneInput, MUTATED / 4);
    }

    @Test
    void no_changed_token_is_taken() {
        run(Target.token, TokenFuzz::fuzzerTestOneInput, MUTATED);
    }

    @Test
    void a_mutated_body_follows_from_its_seed() {
        Line.Call call = Line.shared().calls().get(0);
        BodyMutator mutator = Line.shared().mutator();

        assertThat(mutator.json(call.body(), Choices.seeded(7)))
                .isEqualTo(mutator.json(call.body(), Choices.seeded(7)))
                .isNotEqualTo(mutator.json(call.body(), Choices.seeded(8)));
    }

    @Test
    void marks_are_on_what_people_wrote() {
        Line.Call call = Line.shared().calls().get(0);

        assertThat(Line.shared().mutator().marked(call.body()).toString())
                .contains(BodyMutator.MARK + "family", BodyMutator.MARK + "number", BodyMutator.MARK + "text");
    }

    private static void run(Target target, Consumer<byte[]> one, int count) {
        one.accept(new byte[0]);
        Choices choices = Choices.seeded(1);
        List<byte[]> seeds = Seeds.of(target);
        for (int i = 0; i < count; i++) {
            byte[] input = choices.of(seeds).clone();
            input[choices.below(input.length)] = (byte) choices.below(256);
            one.accept(input);
        }
        assertThat(new String(seeds.get(0), StandardCharsets.ISO_8859_1)).isNotEmpty();
    }
}
