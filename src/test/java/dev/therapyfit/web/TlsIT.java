package dev.therapyfit.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;

/** TLS as the settings describe it: a bundle of PEM files, and mutual TLS. */
@Timeout(120)
class TlsIT {
    private static final char[] PASSWORD = "not-a-secret".toCharArray();

    @TempDir
    private static Path folder = Path.of("");

    @BeforeAll
    static void make_keys() throws Exception {
        for (String name : List.of("service", "client", "stranger")) {
            makeKey(name);
            KeyStore store = store(name);
            pem(name + ".key", "PRIVATE KEY", store.getKey(name, PASSWORD).getEncoded());
            pem(name + ".crt", "CERTIFICATE", store.getCertificate(name).getEncoded());
        }
    }

    @Test
    void the_service_speaks_tls_with_a_bundle_of_pem_files() throws Exception {
        try (ConfigurableApplicationContext application = start()) {
            HttpResponse<String> response = get(application, null);

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.sslSession()).isPresent();
            assertThat(response.sslSession().orElseThrow().getProtocol()).startsWith("TLSv1.");
            assertThat(response.headers().firstValue("Strict-Transport-Security"))
                    .isPresent();
            assertThatThrownBy(() -> HttpClient.newHttpClient().send(request(application), BodyHandlers.ofString()))
                    .as("a client that does not know the certificate")
                    .isInstanceOf(SSLException.class);
            assertThat(plain(application)).doesNotContain("services");
        }
    }

    @Test
    void with_mutual_tls_only_a_client_with_a_known_certificate_is_answered() throws Exception {
        try (ConfigurableApplicationContext application = start(
                "--server.ssl.client-auth=need",
                "--spring.ssl.bundle.pem.service.truststore.certificate=" + file("client.crt"))) {
            assertThat(get(application, "client").statusCode()).isEqualTo(200);
            assertThatThrownBy(() -> get(application, null)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> get(application, "stranger")).isInstanceOf(IOException.class);
        }
    }

    private static ConfigurableApplicationContext start(String... more) {
        List<String> settings = new ArrayList<>(List.of(
                "--server.port=0",
                "--server.address=127.0.0.1",
                "--spring.main.banner-mode=off",
                "--therapy-fit.warm-up=0s",
                "--therapy-fit.drain=0s",
                "--therapy-fit.trust.mode=open",
                "--server.ssl.bundle=service",
                "--spring.ssl.bundle.pem.service.keystore.certificate=" + file("service.crt"),
                "--spring.ssl.bundle.pem.service.keystore.private-key=" + file("service.key")));
        settings.addAll(List.of(more));
        return ToyApplication.of(ToyApplication.class).run(settings.toArray(String[]::new));
    }

    private static HttpResponse<String> get(ConfigurableApplicationContext application, @Nullable String name)
            throws GeneralSecurityException, IOException, InterruptedException {
        KeyStore known = KeyStore.getInstance("PKCS12");
        known.load(null, null);
        known.setCertificateEntry("service", store("service").getCertificate("service"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(known);
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        if (name != null) {
            keys.init(store(name), PASSWORD);
        }
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(name == null ? null : keys.getKeyManagers(), trust.getTrustManagers(), null);
        return HttpClient.newBuilder().sslContext(tls).build().send(request(application), BodyHandlers.ofString());
    }

    private static HttpRequest request(ConfigurableApplicationContext application) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + port(application) + "/cds-services"))
                .build();
    }

    /** What is answered to a request without TLS. */
    private static String plain(ConfigurableApplicationContext application) throws IOException {
        try (Socket socket = new Socket(java.net.InetAddress.getLoopbackAddress(), port(application))) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write("GET /cds-services HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                            .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        }
    }

    private static int port(ConfigurableApplicationContext application) {
        return Integer.parseInt(String.valueOf(application.getEnvironment().getProperty("local.server.port")));
    }

    private static void makeKey(String name) throws IOException, InterruptedException {
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        name,
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "SAN=dns:localhost",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        folder.resolve(name + ".p12").toString(),
                        "-storepass",
                        new String(PASSWORD))
                .redirectErrorStream(true)
                .start();
        String printed = new String(keytool.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(keytool.exitValue()).as(printed).isZero();
    }

    private static KeyStore store(String name) throws GeneralSecurityException, IOException {
        return KeyStore.getInstance(folder.resolve(name + ".p12").toFile(), PASSWORD);
    }

    private static void pem(String file, String what, byte[] bytes) throws IOException {
        Files.writeString(
                folder.resolve(file),
                "-----BEGIN " + what + "-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes) + "\n-----END " + what
                        + "-----\n");
    }

    private static String file(String name) {
        return "file:" + folder.resolve(name);
    }
}
