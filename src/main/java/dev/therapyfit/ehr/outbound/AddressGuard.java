package dev.therapyfit.ehr.outbound;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.apache.http.conn.DnsResolver;

/**
 * Looks a host up once and gives the connection the very addresses that were checked, so that a name server that answers
 * differently the next time changes nothing. One address of a host that may not be connected to makes all of them
 * forbidden.
 */
final class AddressGuard implements DnsResolver {
    private final HostLookup lookup;
    private final AllowedNetworks allowed;

    AddressGuard(HostLookup lookup, AllowedNetworks allowed) {
        this.lookup = lookup;
        this.allowed = allowed;
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        List<InetAddress> addresses = lookup.addresses(host);
        if (addresses.isEmpty()) {
            throw new UnknownHostException();
        }
        for (InetAddress address : addresses) {
            if (!allowed.allow(host, address)) {
                UnknownHostException refusal = new UnknownHostException();
                refusal.initCause(new ForbiddenAddress());
                throw refusal;
            }
        }
        return addresses.toArray(InetAddress[]::new);
    }
}
