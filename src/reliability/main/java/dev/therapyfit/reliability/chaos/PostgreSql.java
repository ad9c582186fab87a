package dev.therapyfit.reliability.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A PostgreSQL of our own, from the machine's packages: on loopback, on a free port, gone afterwards. */
final class PostgreSql implements AutoCloseable {
    private static final String USER = "therapyfit";

    private final Path programs;
    private final Path folder;
    private final int port;

    private PostgreSql(Path programs, Path folder, int port) {
        this.programs = programs;
        this.folder = folder;
        this.port = port;
    }

    static PostgreSql start(Path parent) throws IOException, InterruptedException {
        Path programs;
        try (Stream<Path> versions = Files.list(Path.of("/usr/lib/postgresql"))) {
            programs = versions.max(Comparator.comparing(
                            version -> Integer.parseInt(version.getFileName().toString())))
                    .orElseThrow()
                    .resolve("bin");
        }
        Path folder = Files.createDirectory(parent.resolve("postgresql"));
        if ("root".equals(System.getProperty("user.name"))) {
            Tool.run(List.of("chmod", "755", parent.toString()));
            Tool.run(List.of("chown", "postgres", folder.toString()));
        }
        PostgreSql server = new PostgreSql(programs, folder, Tool.freePort());
        server.program("initdb", "-D", server.data(), "-U", USER, "-A", "trust", "-E", "UTF8");
        server.start();
        server.program("createdb", "-h", "127.0.0.1", "-p", Integer.toString(server.port), "-U", USER, USER);
        return server;
    }

    String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + USER;
    }

    String user() {
        return USER;
    }

    void start() throws IOException, InterruptedException {
        program(
                "pg_ctl",
                "-D",
                data(),
                "-w",
                "-l",
                folder.resolve("log").toString(),
                "-o",
                "-p " + port + " -c listen_addresses=127.0.0.1 -c unix_socket_directories=" + folder,
                "start");
    }

    /** As if the power failed: nothing is written out before the end. */
    void crash() throws IOException, InterruptedException {
        program("pg_ctl", "-D", data(), "-m", "immediate", "-w", "stop");
    }

    /** One value of one row. */
    String query(String sql) throws IOException, InterruptedException {
        return program(
                        "psql",
                        "-h",
                        "127.0.0.1",
                        "-p",
                        Integer.toString(port),
                        "-U",
                        USER,
                        "-d",
                        USER,
                        "-At",
                        "-c",
                        sql)
                .strip();
    }

    private String data() {
        return folder.resolve("data").toString();
    }

    private String program(String name, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(programs.resolve(name).toString()));
        command.addAll(List.of(arguments));
        return Tool.run(Tool.asPostgres(command));
    }

    @Override
    public void close() throws IOException {
        try {
            crash();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
