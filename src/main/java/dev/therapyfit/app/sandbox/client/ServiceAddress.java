package dev.therapyfit.app.sandbox.client;

import dev.therapyfit.app.sandbox.client.ClientView.Exchange;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * Where a CDS service is.
 *
 * @param discovery URL of the discovery that lists it
 * @param id the one that is meant; empty: the first for the hook
 */
record ServiceAddress(String discovery, String id) {
    private static final Pattern PATH = Pattern.compile("(.*/cds-services)(?:/([^/?#]+))?/?");

    /** Of what a user writes: a base URL, a discovery or a service. */
    static ServiceAddress of(String url) {
        Matcher path = PATH.matcher(url);
        return path.matches()
                ? new ServiceAddress(
                        path.group(1), Optional.ofNullable(path.group(2)).orElse(""))
                : new ServiceAddress(url.replaceFirst("/+$", "") + "/cds-services", "");
    }

    /** The service as its discovery describes it; empty if that cannot be read or has none for the hook. */
    Optional<JsonNode> find(Exchange found, String hook) {
        if (!found.isOk()) {
            return Optional.empty();
        }
        return ClientSession.json(found.answer())
                .path("services")
                .valueStream()
                .filter(service -> id.isEmpty()
                        ? service.path("hook").asString("").equals(hook)
                        : service.path("id").asString("").equals(id))
                .findFirst();
    }

    /** Where a service of it is called. */
    String endpoint(JsonNode service) {
        return discovery + "/" + service.path("id").asString("");
    }
}
