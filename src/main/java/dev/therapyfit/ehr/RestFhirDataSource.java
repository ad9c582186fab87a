package dev.therapyfit.ehr;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.parser.LenientErrorHandler;
import ca.uhn.fhir.rest.client.apache.ApacheRestfulClientFactory;
import ca.uhn.fhir.rest.client.api.IGenericClient;
import ca.uhn.fhir.rest.client.api.IHttpResponse;
import ca.uhn.fhir.rest.client.api.IRestfulClientFactory;
import ca.uhn.fhir.rest.client.api.ServerValidationModeEnum;
import ca.uhn.fhir.rest.client.exceptions.FhirClientConnectionException;
import ca.uhn.fhir.rest.client.interceptor.BearerTokenAuthInterceptor;
import ca.uhn.fhir.rest.server.exceptions.AuthenticationException;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.ForbiddenOperationException;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.therapyfit.cql.fhir.Bounds;
import dev.therapyfit.cql.fhir.HapiResources;
import dev.therapyfit.cql.fhir.ReadBundle;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.fhir.ResourceReader;
import dev.therapyfit.cql.fhir.UnreadableResource;
import dev.therapyfit.cql.record.BaseUrl;
import dev.therapyfit.cql.record.BundleContents;
import dev.therapyfit.ehr.outbound.ForbiddenAddress;
import dev.therapyfit.ehr.outbound.OutboundHttp;
import dev.therapyfit.ehr.outbound.UnusableAnswer;
import dev.therapyfit.hooks.chart.FhirDataSource;
import dev.therapyfit.hooks.chart.FhirReadException;
import dev.therapyfit.hooks.chart.FhirReadException.Kind;
import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.hooks.request.FhirServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.hl7.fhir.instance.model.api.IBaseBundle;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads FHIR R4 servers with HAPI's client. Redirects are not followed and a {@code next} link must stay below the base
 * URL, so that a token never goes to another server.
 */
public final class RestFhirDataSource implements FhirDataSource {
    /** Pages of one search: more than this is a server that loops. */
    private static final int MOST_PAGES = 200;

    private static final String NEXT = "next";
    private static final int OK = 200;
    private static final int TOO_MANY_REQUESTS = 429;

    /** Asked for in a header: a parameter {@code _format} would change the links that servers give for further pages. */
    private static final String JSON = "application/fhir+json";

    private static final int LONGEST_STRING = 2_000_000;
    private static final ResourceReader READER = new ResourceReader(LONGEST_STRING);
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private static final int LONGEST_CAPABILITY_STATEMENT = 5_000_000;
    private static final int MOST_SERVERS = 1_000;
    private static final Duration VERSION_COUNTS = Duration.ofMinutes(10);

    /** By base URL; empty for a server that does not say its version, which is not asked with every call. */
    private final Cache<String, Optional<String>> versions = Caffeine.newBuilder()
            .maximumSize(MOST_SERVERS)
            .expireAfterWrite(VERSION_COUNTS)
            .build();

    private final IRestfulClientFactory clients;
    private final OutboundHttp http;

    public RestFhirDataSource(OutboundHttp http) {
        // A context of its own: HAPI sends every request through the factory of the client's context, whatever factory
        // made the client, and the shared context has one with other timeouts that follows redirects.
        FhirContext fhir = FhirContext.forR4();
        fhir.setParserErrorHandler(new LenientErrorHandler(false));
        ApacheRestfulClientFactory factory = new ApacheRestfulClientFactory(fhir);
        factory.setServerValidationMode(ServerValidationModeEnum.NEVER);
        factory.setHttpClient(http.client());
        fhir.setRestfulClientFactory(factory);
        this.clients = factory;
        this.http = http;
    }

    @Override
    public Optional<String> fhirVersion(FhirServer server, Deadline deadline) {
        String base = server.base().toString();
        Optional<String> known = versions.getIfPresent(base);
        if (known == null) {
            known = askedVersion(base, deadline);
            versions.put(base, known);
        }
        return known;
    }

    private Optional<String> askedVersion(String base, Deadline deadline) {
        URI url = URI.create(base + "/metadata?_elements=fhirVersion&_format=json");
        try {
            JsonNode statement = MAPPER.readTree(http.get(url, LONGEST_CAPABILITY_STATEMENT, deadline));
            return Optional.of(statement.path("fhirVersion").asString("")).filter(version -> !version.isBlank());
        } catch (IOException | JacksonException e) {
            return Optional.empty();
        }
    }

    @Override
    public Resource read(FhirServer server, String relative, Deadline deadline) {
        String[] parts = relative.split("/", 2);
        Client client = new Client(server);
        IBaseResource read = checked(reading(deadline, () -> client.fhir
                .read()
                .resource(parts[0])
                .withId(parts[1])
                .accept(JSON)
                .execute()));
        try {
            JsonNode json = client.answers.lastAsJson();
            return json == null ? HapiResources.ofHapi(read) : READER.read(json);
        } catch (UnreadableResource e) {
            throw unreadable(e);
        }
    }

    private static FhirReadException unreadable(UnreadableResource answer) {
        return new FhirReadException(
                Kind.FAILED, "its answer: " + answer.unreadable().reason());
    }

    @Override
    public List<Resource> search(FhirServer server, String query, Deadline deadline) {
        Client client = new Client(server);
        ReadBundle page = page(client, server.base() + "/" + query, deadline);
        List<Resource> found = new ArrayList<>();
        add(page, found);
        follow(server, client, page.bundle(), found, deadline);
        return found;
    }

    @Override
    public List<Resource> following(FhirServer server, Resource page, Deadline deadline) {
        List<Resource> found = new ArrayList<>();
        follow(server, new Client(server), page, found, deadline);
        return found;
    }

    /** Adds what a page holds. */
    private static void add(ReadBundle read, List<Resource> found) {
        Resource page = read.bundle();
        found.addAll(BundleContents.of(page));
        if (found.size() > Bounds.MOST_OF_A_TYPE) {
            throw new FhirReadException(Kind.INCOMPLETE, "it holds more than " + Bounds.MOST_OF_A_TYPE, found);
        }
        BundleContents.fault(page).ifPresent(fault -> {
            throw new FhirReadException(Kind.INCOMPLETE, "its answer is not complete: " + fault, found);
        });
        read.fault().ifPresent(fault -> {
            throw new FhirReadException(Kind.INCOMPLETE, "its answer is not complete: of it " + fault.reason(), found);
        });
        read.unreadable().stream().findFirst().ifPresent(one -> {
            throw new FhirReadException(
                    Kind.INCOMPLETE, "its answer is not complete: " + one.type() + ": " + one.reason(), found);
        });
    }

    private void follow(FhirServer server, Client client, Resource first, List<Resource> found, Deadline deadline) {
        try {
            followAll(server, client, first, found, deadline);
        } catch (FhirReadException e) {
            throw e.after(found);
        }
    }

    private void followAll(FhirServer server, Client client, Resource first, List<Resource> found, Deadline deadline) {
        Set<String> seen = new HashSet<>();
        Resource page = first;
        int matches = BundleContents.matches(first);
        Optional<String> next = BundleContents.link(page, NEXT);
        while (next.isPresent()) {
            String url = absolute(server, next.get());
            if (!seen.add(url) || seen.size() > MOST_PAGES) {
                throw new FhirReadException(Kind.FAILED, "its pages do not end");
            }
            if (deadline.hasPassed()) {
                throw new FhirReadException(Kind.UNREACHABLE, "its pages take too long");
            }
            ReadBundle read = page(client, url, deadline);
            add(read, found);
            page = read.bundle();
            matches += BundleContents.matches(page);
            next = BundleContents.link(page, NEXT);
        }
        if (BundleContents.total(first) > matches) {
            throw new FhirReadException(
                    Kind.INCOMPLETE, "its answer is not complete: its total is more than what it holds");
        }
    }

    private ReadBundle page(Client client, String url, Deadline deadline) {
        client.answers.forget();
        @Nullable IBaseBundle lenient = null;
        @Nullable FhirReadException failure = null;
        try {
            lenient = checked(reading(deadline, () -> client.fhir
                    .search()
                    .byUrl(url)
                    .returnBundle(org.hl7.fhir.r4.model.Bundle.class)
                    .accept(JSON)
                    .execute()));
        } catch (FhirReadException e) {
            failure = e; // HAPI may fail a whole answer for one date that is none
        }
        JsonNode json = client.answers.lastAsJson();
        if (json != null && client.answers.isBundle(json)) {
            return READER.readBundle(json);
        }
        if (lenient == null) {
            throw Objects.requireNonNull(failure);
        }
        try {
            return new ReadBundle(HapiResources.ofHapi(lenient), List.of(), Optional.empty());
        } catch (UnreadableResource e) {
            throw unreadable(e);
        }
    }

    /** The JSON of answers, since HAPI's parser drops or mends what is not R4. */
    @Interceptor
    static final class Answers {
        private byte[] last = {};
        private int status;

        /** HAPI calls it with every answer. */
        @Hook(Pointcut.CLIENT_RESPONSE)
        public void keep(IHttpResponse response) throws IOException {
            status = response.getStatus();
            response.bufferEntity();
            try (InputStream body = response.readEntity()) {
                last = body == null ? new byte[0] : body.readAllBytes();
            }
        }

        /** Before a request: what came before is no answer to it. */
        void forget() {
            last = new byte[0];
            status = 0;
        }

        /** True if the last answer was one to a search. */
        boolean isBundle(JsonNode json) {
            return status == OK && ResourceReader.type(json).equals("Bundle");
        }

        /** Null if it is no JSON, such as XML, which a server may answer with whatever it was asked for. */
        @Nullable
        JsonNode lastAsJson() {
            try {
                JsonNode json = MAPPER.readTree(last);
                return json.isObject() ? json : null;
            } catch (JacksonException e) {
                return null;
            }
        }
    }

    /** A client for one read or search. */
    private final class Client {
        private final Answers answers = new Answers();
        private final IGenericClient fhir;

        Client(FhirServer server) {
            this.fhir = clients.newGenericClient(server.base().toString());
            fhir.registerInterceptor(answers);
            server.accessToken().ifPresent(token -> fhir.registerInterceptor(new BearerTokenAuthInterceptor(token)));
        }
    }

    private static <T extends IBaseResource> T checked(T read) {
        if (HapiResources.holdsHugeNumber(read)) {
            throw new FhirReadException(Kind.FAILED, "no readable FHIR R4 answer");
        }
        return read;
    }

    /** The link as an absolute URL, if it stays below the base. */
    private static String absolute(FhirServer server, @Nullable String link) {
        try {
            URI base = URI.create(server.base() + "/");
            URI url = base.resolve(URI.create(String.valueOf(link))).normalize();
            boolean below = BaseUrl.isSameOrigin(base, url)
                    && url.getUserInfo() == null
                    && !url.getPath().contains("/..")
                    && (url.getPath() + "/").startsWith(base.getPath());
            if (below) {
                return url.toString();
            }
        } catch (IllegalArgumentException e) {
            // told below, as every link that leads elsewhere
        }
        throw new FhirReadException(Kind.FAILED, "a next link leads to another server");
    }

    /** Runs a call and gives its failure a kind; HAPI's own messages may hold patient data and stay out. */
    private <T> T reading(Deadline deadline, Supplier<T> call) {
        try {
            return http.within(deadline, call);
        } catch (ResourceNotFoundException | ResourceGoneException e) {
            throw new FhirReadException(Kind.NOT_FOUND, "not found");
        } catch (AuthenticationException | ForbiddenOperationException e) {
            throw new FhirReadException(Kind.REFUSED, "refused with status " + e.getStatusCode());
        } catch (FhirClientConnectionException e) {
            if (e.getCause() instanceof ForbiddenAddress) {
                throw new FhirReadException(Kind.NOT_ALLOWED, "its address is not one that may be connected to");
            }
            throw e.getCause() instanceof IOException && !(e.getCause() instanceof UnusableAnswer)
                    ? new FhirReadException(
                            Kind.UNREACHABLE,
                            "no answer, or none in time (therapy-fit.deadline, therapy-fit.fhir.connect-timeout)")
                    : new FhirReadException(Kind.FAILED, "no readable FHIR R4 answer");
        } catch (BaseServerResponseException e) {
            int status = e.getStatusCode();
            throw new FhirReadException(
                    status >= 400 && status < 500 && status != TOO_MANY_REQUESTS ? Kind.NOT_UNDERSTOOD : Kind.FAILED,
                    status == 200 ? "no readable FHIR R4 answer" : "status " + status);
        } catch (RuntimeException e) {
            // HAPI's parser answers some of what it cannot read with an exception that it does not declare
            throw new FhirReadException(Kind.FAILED, "no readable FHIR R4 answer");
        }
    }
}
