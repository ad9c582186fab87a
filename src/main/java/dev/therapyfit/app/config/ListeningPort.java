package dev.therapyfit.app.config;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Objects;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.boot.web.server.WebServerException;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;

/** Where the service will listen. */
final class ListeningPort {
    private static final int USUAL = 8080;

    private ListeningPort() {}

    /**
     * Takes the port for a moment, so that one that cannot be had is told before anything is loaded.
     *
     * @throws PortInUseException if another process has it
     * @throws WebServerException if the address is none of this machine
     * @throws IllegalArgumentException if it is no port
     */
    static void requireFree(ServerProperties server) {
        int port = Objects.requireNonNullElse(server.getPort(), USUAL);
        InetSocketAddress address = server.getAddress() == null
                ? new InetSocketAddress(port)
                : new InetSocketAddress(server.getAddress(), port);
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(address);
        } catch (IOException e) {
            PortInUseException.throwIfPortBindingException(e, () -> port);
            throw new WebServerException("cannot listen", e);
        }
    }
}
