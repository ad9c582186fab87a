package dev.therapyfit.reliability.chaos;

import dev.therapyfit.reliability.ServiceProcess;
import dev.therapyfit.reliability.SigningClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Two services on one PostgreSQL behind nginx, for one registered client. */
final class Replicas implements AutoCloseable {
    private static final int COUNT = 2;

    private final Path folder;
    private final PostgreSql database;
    private final Nginx nginx;
    private final List<ServiceProcess> services = new ArrayList<>();
    private final List<Integer> ports;
    private final Path settings;

    private Replicas(Path folder, PostgreSql database, Nginx nginx, List<Integer> ports, Path settings) {
        this.folder = folder;
        this.database = database;
        this.nginx = nginx;
        this.ports = ports;
        this.settings = settings;
    }

    static Replicas start(Path folder, SigningClient client, String fhirServer, Instant at)
            throws IOException, InterruptedException {
        PostgreSql database = PostgreSql.start(folder);
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            ports.add(Tool.freePort());
        }
        Nginx nginx = Nginx.start(folder, ports);
        Path settings = folder.resolve("settings.yml");
        Files.writeString(
                settings,
                "therapy-fit:\n"
                        + "  evaluation-time: " + at + "\n"
                        + "  public-url: " + nginx.base() + "\n"
                        + "  storage:\n"
                        + "    url: " + database.url() + "\n"
                        + "    user: " + database.user() + "\n"
                        + "    password: none\n"
                        + "  outbound:\n"
                        + "    allowed-networks: [localhost, \"127.0.0.1/32\"]\n"
                        + "  trust:\n"
                        + "    mode: clients\n"
                        + "    clients:\n"
                        + client.registration("      ", fhirServer));
        Replicas replicas = new Replicas(folder, database, nginx, ports, settings);
        for (int i = 0; i < COUNT; i++) {
            replicas.services.add(ServiceProcess.start(folder, settings, ports.get(i)));
        }
        return replicas;
    }

    /** Where clients call. */
    URI base() {
        return nginx.base();
    }

    PostgreSql database() {
        return database;
    }

    /** Kills a replica as a power cut would. */
    void kill(int replica) throws InterruptedException {
        Process process = services.get(replica).process();
        process.destroyForcibly();
        process.waitFor();
    }

    /** Tells a replica to end, and waits for it. */
    void end(int replica) {
        services.get(replica).close();
    }

    /** Starts a replica again where it was. */
    void restart(int replica) throws IOException {
        services.set(replica, ServiceProcess.start(folder, settings, ports.get(replica)));
    }

    @Override
    public void close() throws IOException {
        nginx.close();
        services.forEach(ServiceProcess::close);
        database.close();
    }
}
