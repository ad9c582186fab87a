package dev.therapyfit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UncaughtFailuresTest {
    /** Lets a thread fail, and waits for ever. */
    static final class Failing {
        private Failing() {}

        public static void main(String[] arguments) throws InterruptedException {
            Thread.setDefaultUncaughtExceptionHandler(new UncaughtFailures());
            Thread poller = new Thread(() -> fail(arguments[0]), "poller");
            poller.start();
            poller.join();
            if (!arguments[0].equals("memory")) {
                System.exit(0);
            }
            Thread.sleep(TimeUnit.MINUTES.toMillis(1));
        }

        private static void fail(String how) {
            if (how.equals("memory")) {
                long[][] held = new long[1_000][];
                for (int i = 0; i < held.length; i++) {
                    held[i] = new long[1 << 20];
                }
                throw new IllegalStateException("there was memory for " + held.length);
            }
            throw new IllegalStateException("zz-patient");
        }
    }

    @ParameterizedTest
    @CsvSource({"memory, 3", "other, 0"})
    void a_process_without_memory_ends_and_another_failure_says_its_type(String how, int code) throws Exception {
        Process process = start(how);
        String told = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(told).isEqualTo(code);
        if (how.equals("memory")) {
            assertThat(told.lines()).hasSize(1).allMatch(line -> line.startsWith("therapy-fit: out of memory"));
        } else {
            assertThat(told)
                    .contains("thread poller ended by java.lang.IllegalStateException")
                    .doesNotContain("zz-");
        }
    }

    private static Process start(String how) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx32m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Failing.class.getName(),
                        how)
                .start();
    }
}
