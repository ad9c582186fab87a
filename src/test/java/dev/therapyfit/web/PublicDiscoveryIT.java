package dev.therapyfit.web;

import static dev.therapyfit.hooks.HookRequests.patientView;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.ECKey;
import dev.therapyfit.clients.Tokens;
import dev.therapyfit.hooks.Records;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.context.ConfigurableApplicationContext;

/** Discovery for everybody, hooks for registered clients, behind a proxy that adds a path. */
@Timeout(60)
class PublicDiscoveryIT {
    private static final String PUBLIC = "https://hospital.example/cds";
    private static final String ISSUER = "https://ehr.example/";
    private static final String DISCOVERY = "/cds-services";
    private static final String VIEW = DISCOVERY + "/toy-patient-view";
    private static final ECKey KEY = Tokens.ecKey("k");

    private static ConfigurableApplicationContext application;

    @BeforeAll
    static void start() {
        String client = "--therapy-fit.trust.clients[0].";
        application = ToyApplication.of(ToyApplication.class)
                .run(
                        "--server.port=0",
                        "--spring.main.banner-mode=off",
                        "--therapy-fit.warm-up=0s",
                        "--therapy-fit.drain=0s",
                        "--therapy-fit.public-url=" + PUBLIC + "/",
                        "--therapy-fit.trust.mode=clients",
                        "--therapy-fit.trust.discovery=public",
                        client + "id=hospital",
                        client + "issuer=" + ISSUER,
                        client + "key-set=" + Tokens.keySet(KEY));
    }

    @AfterAll
    static void end() {
        application.close();
    }

    @Test
    void anybody_may_ask_which_services_there_are() throws Exception {
        assertThat(get(null)).isEqualTo(200);
    }

    @Test
    void whoever_shows_a_token_has_to_show_a_good_one() throws Exception {
        assertThat(get(token(PUBLIC + DISCOVERY))).isEqualTo(200);
        assertThat(get(token(PUBLIC + VIEW))).isEqualTo(401);
        assertThat(get("Bearer zz")).isEqualTo(401);
    }

    @Test
    void our_own_pages_may_call_though_the_proxy_changes_the_scheme() throws Exception {
        assertThat(send(request(DISCOVERY, null).header("Origin", "https://hospital.example")))
                .isEqualTo(200);
        assertThat(send(request(DISCOVERY, token(PUBLIC + DISCOVERY)).header("Origin", "https://hospital.example")))
                .isEqualTo(200);
        assertThat(send(request(DISCOVERY, null).header("Origin", "https://evil.example")))
                .isEqualTo(403);
    }

    @Test
    void a_hook_needs_a_token_for_the_url_that_clients_call() throws Exception {
        assertThat(post(null)).isEqualTo(401);
        assertThat(post(token("https://hospital.example" + VIEW))).isEqualTo(401);
        assertThat(post(token(PUBLIC + VIEW))).isEqualTo(200);
    }

    private static String token(String audience) {
        return Tokens.of(ISSUER, audience, KEY, Instant.now()).header();
    }

    private static int get(@Nullable String authorization) throws IOException, InterruptedException {
        return send(request(DISCOVERY, authorization).GET());
    }

    private static int post(@Nullable String authorization) throws IOException, InterruptedException {
        return send(request(VIEW, authorization)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(patientView()
                        .prefetching("patient", Records.patient())
                        .prefetchingFound("medicationRequest")
                        .prefetchingFound("observation", Records.thirst("t-1"))
                        .bytes())));
    }

    private static HttpRequest.Builder request(String path, @Nullable String authorization) {
        String port = String.valueOf(application.getEnvironment().getProperty("local.server.port"));
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
        return authorization == null ? request : request.header("Authorization", authorization);
    }

    private static int send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(request.build(), BodyHandlers.ofString())
                .statusCode();
    }
}
