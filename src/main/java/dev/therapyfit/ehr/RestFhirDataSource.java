package dev.therapyfit.ehr;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.therapyfit.cql.fhir.Bounds;
import dev.therapyfit.cql.fhir.OpenResource;
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
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads FHIR R4 servers, of which JSON is taken only. Redirects are not followed and a {@code next} link must stay below the base
 * URL, so that a token never goes to another server.
 */
public final class RestFhirDataSource implements FhirDataSource {
    /** Pages of one search: more than this is a server that loops. */
    private static final int MOST_PAGES = 200;

    private static final String NEXT = "next";

    /** Asked for in a header: a parameter {@code _format} would change the links that servers give for further pages. */
    private static final String JSON = "application/fhir+json";

    private static final int LONGEST_STRING = 2_000_000;
    private static final ResourceReader READER = new ResourceReader(LONGEST_STRING);
    private static final JsonMapper MAPPER = new JsonMapper();

    private static final int LONGEST_CAPABILITY_STATEMENT = 5_000_000;
    private static final int MOST_SERVERS = 1_000;
    private static final Duration VERSION_COUNTS = Duration.ofMinutes(10);

    /** By base URL; empty for a server that does not say its version, which is not asked with every call. */
    private final Cache<String, Optional<String>> versions = Caffeine.newBuilder()
            .maximumSize(MOST_SERVERS)
            .expireAfterWrite(VERSION_COUNTS)
            .build();

    private final OutboundHttp http;

    public RestFhirDataSource(OutboundHttp http) {
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
        String type = relative.substring(0, relative.indexOf('/'));
        return answer(server, server.base() + "/" + relative, deadline, resource -> {
            if (!resource.type().equals(type)) {
                throw unreadable();
            }
            try {
                return resource.read();
            } catch (UnreadableResource e) {
                throw new FhirReadException(
                        Kind.FAILED, "its answer: " + e.unreadable().reason());
            }
        });
    }

    @Override
    public List<Resource> search(FhirServer server, String query, Deadline deadline) {
        ReadBundle page = page(server, server.base() + "/" + query, deadline);
        List<Resource> found = new ArrayList<>();
        add(page, found);
        follow(server, page.bundle(), found, deadline);
        return found;
    }

    @Override
    public List<Resource> following(FhirServer server, Resource page, Deadline deadline) {
        List<Resource> found = new ArrayList<>();
        follow(server, page, found, deadline);
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

    private void follow(FhirServer server, Resource first, List<Resource> found, Deadline deadline) {
        try {
            followAll(server, first, found, deadline);
        } catch (FhirReadException e) {
            throw e.after(found);
        }
    }

    private void followAll(FhirServer server, Resource first, List<Resource> found, Deadline deadline) {
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
            ReadBundle read = page(server, url, deadline);
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

    private ReadBundle page(FhirServer server, String url, Deadline deadline) {
        return answer(server, url, deadline, resource -> {
            if (!resource.isBundle()) {
                throw unreadable();
            }
            return resource.readBundle(() -> {});
        });
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

    /** Reads the resource at a URL; a failure gets its kind, and what it says stays out, since it may hold patient data. */
    private <T> T answer(FhirServer server, String url, Deadline deadline, Function<OpenResource, T> reading) {
        Map<String, String> headers = new HashMap<>(Map.of("Accept", JSON));
        server.accessToken().ifPresent(token -> headers.put("Authorization", "Bearer " + token));
        OutboundHttp.Answer answer;
        try {
            answer = http.get(URI.create(url), headers, deadline);
        } catch (ForbiddenAddress e) {
            throw new FhirReadException(Kind.NOT_ALLOWED, "its address is not one that may be connected to");
        } catch (UnusableAnswer e) {
            throw unreadable();
        } catch (IOException e) {
            throw new FhirReadException(
                    Kind.UNREACHABLE,
                    "no answer, or none in time (therapy-fit.deadline, therapy-fit.fhir.connect-timeout)");
        }
        if (!answer.isOk()) {
            throw refusal(answer.status());
        }
        try (JsonParser parser = MAPPER.createParser(answer.body())) {
            parser.nextToken();
            T read = reading.apply(READER.open(parser));
            if (parser.nextToken() != null) {
                throw unreadable();
            }
            return read;
        } catch (JacksonException e) {
            throw unreadable();
        }
    }

    private static FhirReadException refusal(int status) {
        return switch (status) {
            case 404, 410 -> new FhirReadException(Kind.NOT_FOUND, "not found");
            case 401, 403 -> new FhirReadException(Kind.REFUSED, "refused with status " + status);
            case 429 -> new FhirReadException(Kind.FAILED, "status " + status);
            default ->
                new FhirReadException(
                        status >= 400 && status < 500 ? Kind.NOT_UNDERSTOOD : Kind.FAILED, "status " + status);
        };
    }

    private static FhirReadException unreadable() {
        return new FhirReadException(Kind.FAILED, "no readable FHIR R4 answer");
    }
}
