package dev.therapyfit.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** What of foreign loggers is printed when somebody has set every level to TRACE. */
class ForeignLogsTest {
    private final LoggerContext loggers = (LoggerContext) LoggerFactory.getILoggerFactory();
    private final Logger root = loggers.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Level before = root.getLevel();
    private final ForeignLogs filter = new ForeignLogs();

    @BeforeEach
    void listen() {
        root.setLevel(Level.TRACE);
        log.start();
        root.addAppender(log);
    }

    @AfterEach
    void stop() {
        filter.close();
        root.detachAppender(log);
        root.setLevel(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "org.apache.http.wire",
                "org.springframework.web.servlet.DispatcherServlet",
                "org.springframework.jdbc.core.StatementCreatorUtils",
                "org.apache.coyote.http11.Http11InputBuffer",
                "ca.uhn.fhir.rest.client.impl.BaseClient",
                "any.other"
            })
    void nothing_below_info_is_printed(String name) {
        loggers.getLogger(name).trace("zz {}", "zz");
        loggers.getLogger(name).debug("zz", new IllegalStateException("zz"));

        assertThat(loggers.getLogger(name).isDebugEnabled()).isFalse();
        assertThat(log.list).isEmpty();
    }

    @Test
    void what_a_library_says_of_itself_is_printed() {
        loggers.getLogger("org.apache.catalina.core.StandardService").info("Starting service {}", "[Tomcat]");

        assertThat(printed()).containsExactly("Starting service [Tomcat]");
    }

    @Test
    void of_an_exception_only_types_and_places_are_printed() {
        RuntimeException failure = new IllegalStateException("zz-1", new IllegalArgumentException("zz-2"));
        loggers.getLogger("org.apache.catalina.core").error("failed [zz-3] for {}", "zz-4", failure);
        loggers.getLogger("org.apache.catalina.core").warn("failed [zz-3]", failure);

        assertThat(printed()).hasSize(2).allSatisfy(line -> assertThat(line)
                .startsWith("org.apache.catalina.core reports java.lang.IllegalStateException")
                .contains("caused by java.lang.IllegalArgumentException", "at dev.therapyfit")
                .doesNotContain("zz"));
        assertThat(log.list).allMatch(event -> event.getThrowableProxy() == null);
    }

    @Test
    void a_library_that_handles_patient_data_prints_nothing() {
        loggers.getLogger("ca.uhn.fhir.parser.JsonParser").error("zz");
        loggers.getLogger("org.opencds.cqf.cql.engine").warn("zz");

        assertThat(log.list).isEmpty();
    }

    @Test
    void our_own_packages_print_at_every_level() {
        loggers.getLogger("dev.therapyfit.web").trace("tells the field");

        assertThat(printed()).containsExactly("tells the field");
    }

    @Test
    void it_stays_when_the_configuration_is_read_again() {
        LoggerContext own = new LoggerContext();
        own.addListener(filter);
        own.reset();

        assertThat(own.getTurboFilterList()).containsExactly(filter);
    }

    @Test
    void without_it_such_lines_would_be_printed() {
        filter.close();
        loggers.getLogger("org.apache.http.wire").debug("zz");

        assertThat(printed()).containsExactly("zz");
    }

    private List<String> printed() {
        return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }
}
