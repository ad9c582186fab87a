package dev.therapyfit.app.config;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.boot.web.server.WebServerException;

/** Where the service will listen. */
final class ListeningPort {
    private static final int USUAL = 8080;

    private ListeningPort() {}

    /**
     * Takes the port for a moment, so that one that cannot be had is told before anything is loaded.
     *
     * @param address where it listens; null for every address of this machine
     * @param given the port; null for the usual one
     * @throws PortInUseException if another process has it
     * @throws WebServerException if the address is none of this machine
     * @throws IllegalArgumentException if it is no port
     */
    static void requireFree(@Nullable InetAddress address, @Nullable Integer given) {
        int port = Objects.requireNonNullElse(given, USUAL);
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(address == null ? new InetSocketAddress(port) : new InetSocketAddress(address, port));
        } catch (IOException e) {
            PortInUseException.throwIfPortBindingException(e, () -> port);
            throw new WebServerException("cannot listen", e);
        }
    }
}
