package dev.therapyfit.ehr.outbound;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Finds the addresses of a host. It is asked once for a connection, and what it says then is what is connected to. */
@FunctionalInterface
public interface HostLookup {
    /**
     * Looks a host up.
     *
     * @param host a name, or an address as it stands in a URL
     * @return at least one address
     * @throws UnknownHostException if there is none
     */
    List<InetAddress> addresses(String host) throws UnknownHostException;

    /** As the machine finds them. */
    static HostLookup ofMachine() {
        return host -> List.of(InetAddress.getAllByName(host));
    }
}
