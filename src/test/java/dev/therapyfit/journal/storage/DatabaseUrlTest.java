package dev.therapyfit.journal.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseUrlTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:h2:tcp://localhost/zz-secret",
                "jdbc:h2:ssl://localhost/zz-secret",
                "jdbc:h2:file:./x;AUTO_SERVER=TRUE",
                "jdbc:h2:file:./x;auto_server=true;zz-secret",
                "jdbc:h2:./x",
                "jdbc:mysql://localhost/x?zz-secret",
                "postgresql://zz-secret@localhost/x",
                "",
            })
    void a_database_of_another_kind_or_open_to_others_is_refused(String url) {
        assertThatThrownBy(() -> DatabaseUrl.usable(url))
                .isInstanceOf(StorageFailure.class)
                .hasMessageContaining("therapy-fit.storage.url")
                .hasMessageContaining("expected jdbc:postgresql:");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://localhost/x?user=u&password=zz-secret",
                "jdbc:h2:file:./x;PASSWORD=zz-secret",
            })
    void a_password_in_the_url_is_refused_and_not_told(String url) {
        assertThatThrownBy(() -> DatabaseUrl.usable(url))
                .hasMessageContaining("therapy-fit.storage.password")
                .hasMessageNotContaining("zz-secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdbc:h2:file:./x;TRACE_LEVEL_FILE=3", "jdbc:h2:mem:x;trace_level_system_out=2"})
    void a_trace_of_statements_is_refused(String url) {
        assertThatThrownBy(() -> DatabaseUrl.usable(url)).hasMessageContaining("sets a trace of H2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:h2:file:./x;INIT=SET TRACE_LEVEL_FILE 3",
                "jdbc:h2:file:./x;MODE=PostgreSQL;init=zz",
                "jdbc:h2:mem:x;INIT=RUNSCRIPT FROM 'zz.sql'",
                "jdbc:h2:file:./x;database_event_listener='zz.Listener'",
                "jdbc:h2:file:./x;JAVA_OBJECT_SERIALIZER='zz.Serializer'"
            })
    void statements_that_h2_would_run_when_it_is_opened_are_refused_and_not_told(String url) {
        assertThatThrownBy(() -> DatabaseUrl.usable(url))
                .isInstanceOf(StorageFailure.class)
                .hasMessageContaining("therapy-fit.storage.url")
                .hasMessageContaining("INIT")
                .hasMessageNotContaining("zz");
    }

    @Test
    void other_settings_of_h2_are_taken() {
        assertThat(DatabaseUrl.usable("jdbc:h2:file:./init=x;CACHE_SIZE=1000")).startsWith("jdbc:h2:file:./init=x;");
    }

    @Test
    void settings_tell_neither_password_nor_parameters() {
        assertThat(TestDatabase.settings("jdbc:postgresql://h/x?zz-secret=1", "u", "zz-secret"))
                .hasToString("StorageSettings[jdbc:postgresql://h/x]");
    }

    @Test
    void an_h2_file_that_another_process_has_is_named() throws Exception {
        try (TestDatabase database = TestDatabase.of(TestDatabase.Kind.H2);
                Storage first = Storage.open(database.settings(), Clock.systemUTC())) {
            assertThat(first).isNotNull();
            // the same file by another name, as another process would open it
            String again = database.settings().url().replace("/service", "/./service");
            Process other = new ProcessBuilder(
                            java.nio.file.Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            OtherProcess.class.getName(),
                            again)
                    .redirectErrorStream(true)
                    .start();
            String said = new String(other.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            assertThat(said).contains("in use by another process");
        }
    }

    /** Opens a database and says what comes of it. */
    static final class OtherProcess {
        private OtherProcess() {}

        public static void main(String[] arguments) {
            try (Storage storage = Storage.open(TestDatabase.settings(arguments[0], "sa", ""), Clock.systemUTC())) {
                System.out.println("opened, key of " + storage.linkKey().length + " bytes");
            } catch (StorageFailure e) {
                System.out.println(e.getMessage());
            }
        }
    }
}
