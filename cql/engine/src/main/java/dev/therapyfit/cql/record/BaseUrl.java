package dev.therapyfit.cql.record;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import org.hl7.fhir.instance.model.api.IIdType;

/** Base URLs that can be compared by their text, since whatever may be written in two ways is written in one. */
public final class BaseUrl {
    private BaseUrl() {}

    /**
     * Scheme and host in lower case, the port only where it is not the scheme's own, no slash at the end.
     *
     * @return empty for what is no plain base URL: with user, query, fragment, dot segments, encoded or empty parts
     */
    public static Optional<String> normal(URI url) {
        String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
        if ((!scheme.equals("https") && !scheme.equals("http")) || url.getHost() == null) {
            return Optional.empty();
        }
        String raw = url.getRawPath();
        String path = raw.endsWith("/") ? raw.substring(0, raw.length() - 1) : raw;
        boolean plain = url.getRawUserInfo() == null
                && url.getRawQuery() == null
                && url.getRawFragment() == null
                && !path.contains("%")
                && !path.contains("//")
                && !path.contains(";")
                && !(path + "/").contains("/./")
                && !(path + "/").contains("/../");
        if (!plain) {
            return Optional.empty();
        }
        String port = port(url) == ownPort(url) ? "" : ":" + port(url);
        return Optional.of(scheme + "://" + url.getHost().toLowerCase(Locale.ROOT) + port + path);
    }

    /** True if two absolute URLs lead to the same server: scheme, host and port are the same, in whatever way written. */
    public static boolean isSameOrigin(URI one, URI other) {
        return one.getScheme().equalsIgnoreCase(other.getScheme())
                && one.getHost().equalsIgnoreCase(other.getHost())
                && port(one) == port(other);
    }

    private static int port(URI url) {
        return url.getPort() == -1 ? ownPort(url) : url.getPort();
    }

    private static int ownPort(URI url) {
        return "https".equalsIgnoreCase(url.getScheme()) ? 443 : 80;
    }

    /**
     * True if a reference leads to a resource of a server: it is relative, or below the server's base URL.
     *
     * @param server base URL; if none is known, an absolute reference is taken for one to where the data came from
     */
    public static boolean isOf(Optional<URI> server, IIdType reference) {
        if (!reference.hasBaseUrl() || server.isEmpty()) {
            return true;
        }
        try {
            return normal(URI.create(reference.getBaseUrl())).equals(server.flatMap(BaseUrl::normal));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
