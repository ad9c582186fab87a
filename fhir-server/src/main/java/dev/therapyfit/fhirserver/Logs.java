package dev.therapyfit.fhirserver;

import java.nio.file.Path;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** Sends every log line, Tomcat's too, to files; the console is for people. */
final class Logs {
    /** Read by {@code logback.xml}. */
    private static final String DIRECTORY_PROPERTY = "therapyfit.logs";

    private Logs() {}

    /** To be called before the first logger is made. */
    static void into(Path directory) {
        System.setProperty(DIRECTORY_PROPERTY, directory.toString());
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
    }
}
