package dev.therapyfit.reliability.chaos;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** A plain nginx, from the machine's packages, that spreads calls over replicas. */
final class Nginx implements AutoCloseable {
    private static final Duration FAIL_TIMEOUT = Duration.ofSeconds(2);

    /** After which time it knows that a replica is there again. */
    static final Duration TAKES_UP_AGAIN = FAIL_TIMEOUT.plusSeconds(1);

    private final Process process;
    private final URI base;

    private Nginx(Process process, URI base) {
        this.process = process;
        this.base = base;
    }

    /**
     * Starts it. A call whose replica dies before it answers is tried at the next one: a hook call changes nothing in the
     * EHR, and feedback is idempotent.
     */
    static Nginx start(Path parent, List<Integer> replicas) throws IOException, InterruptedException {
        Path folder = Files.createDirectory(parent.resolve("nginx"));
        int port = Tool.freePort();
        String servers = replicas.stream()
                .map(replica -> "    server 127.0.0.1:" + replica + " max_fails=1 fail_timeout="
                        + FAIL_TIMEOUT.toSeconds() + "s;\n")
                .collect(Collectors.joining());
        Path configuration = folder.resolve("nginx.conf");
        Files.writeString(configuration, """
                daemon off;
                worker_processes 1;
                pid FOLDER/pid;
                error_log FOLDER/error.log;
                events { worker_connections 1024; }
                http {
                  access_log off;
                  client_body_temp_path FOLDER/body;
                  proxy_temp_path FOLDER/proxy;
                  fastcgi_temp_path FOLDER/fastcgi;
                  uwsgi_temp_path FOLDER/uwsgi;
                  scgi_temp_path FOLDER/scgi;
                  client_max_body_size 16m;
                  upstream replicas {
                SERVERS    keepalive 32;
                  }
                  server {
                    listen 127.0.0.1:PORT;
                    location / {
                      proxy_pass http://replicas;
                      proxy_http_version 1.1;
                      proxy_set_header Connection "";
                      proxy_set_header Host $http_host;
                      proxy_connect_timeout 1s;
                      proxy_read_timeout 10s;
                      proxy_next_upstream error timeout non_idempotent;
                    }
                  }
                }
                """.replace("FOLDER", folder.toString())
                .replace("SERVERS", servers)
                .replace("PORT", Integer.toString(port)));
        Process process = new ProcessBuilder("/usr/sbin/nginx", "-p", folder.toString(), "-c", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output.txt").toFile())
                .start();
        Thread.sleep(500);
        if (!process.isAlive()) {
            throw new IOException("nginx does not start: " + Files.readString(folder.resolve("output.txt")));
        }
        return new Nginx(process, URI.create("http://127.0.0.1:" + port));
    }

    URI base() {
        return base;
    }

    @Override
    public void close() {
        process.destroy();
    }
}
