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
        String path = url.getRawPath().replaceFirst("/$", "");
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
        int own = scheme.equals("https") ? 443 : 80;
        String port = url.getPort() == -1 || url.getPort() == own ? "" : ":" + url.getPort();
        return Optional.of(scheme + "://" + url.getHost().toLowerCase(Locale.ROOT) + port + path);
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
