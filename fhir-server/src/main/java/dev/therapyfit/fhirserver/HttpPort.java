package dev.therapyfit.fhirserver;

import jakarta.servlet.Servlet;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;

/**
 * Tomcat at one port. The port is taken at once and answered only from {@link #serve}: whoever calls in between waits,
 * and nobody else can take it while HAPI starts.
 */
final class HttpPort implements AutoCloseable {
    private final Tomcat tomcat;
    private final Context context;
    private final InetAddress address;

    private HttpPort(Tomcat tomcat, Context context, InetAddress address) {
        this.tomcat = tomcat;
        this.context = context;
        this.address = address;
    }

    /**
     * Takes the port.
     *
     * @param port 0 for any free one
     * @param work directory that Tomcat may write into
     * @throws StartFailure if another process has it, or if it cannot be had for another reason
     */
    static HttpPort take(String bind, int port, Path work) throws StartFailure {
        InetAddress address;
        try {
            address = InetAddress.getByName(bind);
        } catch (UnknownHostException e) {
            throw new StartFailure("--bind " + bind + " is not an address of this machine", e);
        }
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(work.toAbsolutePath().toString());
        Connector connector = new Connector();
        connector.setPort(port);
        connector.setProperty("address", address.getHostAddress());
        // FHIR searches are full of these, and people type them into curl and browsers as they are.
        connector.setProperty("relaxedQueryChars", "|");
        connector.setThrowOnFailure(true);
        tomcat.setConnector(connector);
        Context context = tomcat.addContext("", null);
        try {
            tomcat.init();
        } catch (LifecycleException e) {
            throw failure(bind, port, e);
        }
        return new HttpPort(tomcat, context, address);
    }

    /** The real port. */
    int number() {
        return tomcat.getConnector().getLocalPort();
    }

    /** The base URL of a path, as a person on this machine would call it. */
    String url(String path) {
        String host = address.isLoopbackAddress() || address.isAnyLocalAddress()
                ? "localhost"
                : address instanceof Inet6Address ? "[" + address.getHostAddress() + "]" : address.getHostAddress();
        return "http://" + host + ":" + number() + path;
    }

    /** Answers from now on, at a path; apps are launched beside it. */
    void serve(String path, Servlet servlet) throws LifecycleException {
        Tomcat.addServlet(context, "fhir", servlet).setLoadOnStartup(1);
        context.addServletMappingDecoded(path + "/*", "fhir");
        Tomcat.addServlet(context, "smart", new SmartLaunch(() -> url(""), path));
        context.addServletMappingDecoded(path + SmartLaunch.CONFIGURATION, "smart");
        context.addServletMappingDecoded(SmartLaunch.PATH + "/*", "smart");
        tomcat.start();
    }

    @Override
    public void close() throws LifecycleException {
        tomcat.stop();
        tomcat.destroy();
    }

    private static StartFailure failure(String bind, int port, LifecycleException e) {
        String reason = Stream.iterate((Throwable) e, t -> t != null, Throwable::getCause)
                .filter(IOException.class::isInstance)
                .map(OneLine::of)
                .findFirst()
                .orElseGet(() -> OneLine.ofRoot(e));
        if (reason.contains("already in use")) {
            return new StartFailure(
                    "port " + port
                            + " is taken by another process; choose another one with --port (0 for any free one)",
                    e);
        }
        return new StartFailure(
                "cannot listen at " + bind + " port " + port + " (" + reason + "); check --bind and --port", e);
    }
}
