package dev.therapyfit.ehr.outbound;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where the service may connect to: every address of the public network, and what is listed besides. Loopback, private,
 * link-local, shared, reserved, multicast and documentation networks are not public (RFC 6890 and its registries), and
 * no IPv6 address that carries an IPv4 address of such a network is.
 */
public final class AllowedNetworks {
    private static final String OCTET = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";

    /** Strict, so that nothing that matches is ever looked up as a name. */
    private static final Pattern IPV4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");

    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:]+(:\\d{1,3}(\\.\\d{1,3}){3})?");

    private static final Pattern HOST = Pattern.compile(
            "(?=.*[A-Za-z])[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*");

    private static final List<Network> NOT_PUBLIC = networks(
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
            "2001::/23",
            "2001:db8::/32",
            "3fff::/20");

    /** The only part of IPv6 that is given out to the public. */
    private static final Network GLOBAL_UNICAST = Network.of("2000::/3");

    /** 6to4: the IPv4 address stands behind the first 16 bits. */
    private static final Network SIX_TO_FOUR = Network.of("2002::/16");

    /** NAT64: the IPv4 address is the last 32 bits. */
    private static final Network NAT64 = Network.of("64:ff9b::/96");

    /** ISATAP: these 32 bits before the IPv4 address, whatever the network. */
    private static final int ISATAP = 0x00005EFE;

    private static final int ISATAP_IGNORED = 0x02000000;

    /** Nothing but the public network. */
    public static final AllowedNetworks PUBLIC = new AllowedNetworks(Set.of(), List.of());

    private final Set<String> hosts;
    private final List<Network> networks;

    private AllowedNetworks(Set<String> hosts, List<Network> networks) {
        this.hosts = hosts;
        this.networks = networks;
    }

    /**
     * The public network and what is listed.
     *
     * @param entries host names, addresses, and networks in CIDR notation
     * @throws IllegalArgumentException naming an entry that is none of them
     */
    public static AllowedNetworks of(List<String> entries) {
        Set<String> hosts = new HashSet<>();
        List<Network> networks = new ArrayList<>();
        for (String entry : entries) {
            String text = entry.strip();
            if (HOST.matcher(text).matches() && !IPV4.matcher(text).matches()) {
                hosts.add(text.toLowerCase(Locale.ROOT));
            } else {
                networks.add(Network.of(text));
            }
        }
        return new AllowedNetworks(Set.copyOf(hosts), List.copyOf(networks));
    }

    /** The same and more. */
    public AllowedNetworks and(List<String> entries) {
        AllowedNetworks more = of(entries);
        Set<String> allHosts = new HashSet<>(hosts);
        allHosts.addAll(more.hosts);
        List<Network> allNetworks = new ArrayList<>(networks);
        allNetworks.addAll(more.networks);
        return new AllowedNetworks(Set.copyOf(allHosts), List.copyOf(allNetworks));
    }

    /**
     * True if the host is listed by its name, or is written as an address that is listed. Nothing is looked up.
     *
     * @param host as in a URL
     */
    public boolean lists(String host) {
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        if (hosts.contains(bare.toLowerCase(Locale.ROOT))) {
            return true;
        }
        if (!IPV4.matcher(bare).matches()
                && !(bare.contains(":") && IPV6.matcher(bare).matches())) {
            return false;
        }
        try {
            byte[] address = InetAddress.getByName(bare).getAddress();
            return networks.stream().anyMatch(network -> network.contains(address));
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** True if the service may connect to that address of that host. */
    boolean allow(String host, InetAddress address) {
        return lists(host)
                || networks.stream().anyMatch(network -> network.contains(address.getAddress()))
                || isPublic(address.getAddress());
    }

    private static boolean isPublic(byte[] address) {
        if (NOT_PUBLIC.stream().anyMatch(network -> network.contains(address))) {
            return false;
        }
        if (address.length == 4) {
            return true;
        }
        if (NAT64.contains(address)) {
            return isPublic(part(address, 12));
        }
        if (!GLOBAL_UNICAST.contains(address)) {
            return false;
        }
        if (SIX_TO_FOUR.contains(address)) {
            return isPublic(part(address, 2));
        }
        int before = new BigInteger(part(address, 8)).intValue();
        return (before & ~ISATAP_IGNORED) != ISATAP || isPublic(part(address, 12));
    }

    /** Four bytes. */
    private static byte[] part(byte[] address, int from) {
        return java.util.Arrays.copyOfRange(address, from, from + 4);
    }

    private static List<Network> networks(String... texts) {
        return List.of(texts).stream().map(Network::of).toList();
    }

    /** Addresses that begin with the same bits. */
    private record Network(BigInteger prefix, int bytes, int bits) {
        static Network of(String text) {
            String[] parts = text.split("/", -1);
            String address = parts[0];
            boolean literal = IPV4.matcher(address).matches()
                    || (address.contains(":") && IPV6.matcher(address).matches());
            if (literal && parts.length <= 2) {
                try {
                    byte[] bytes = InetAddress.getByName(address).getAddress();
                    int all = bytes.length * Byte.SIZE;
                    int bits = parts.length == 1 ? all : Integer.parseInt(parts[1]);
                    if (bits >= 0 && bits <= all) {
                        return new Network(prefix(bytes, bits), bytes.length, bits);
                    }
                } catch (UnknownHostException | NumberFormatException e) {
                    // told below
                }
            }
            throw new IllegalArgumentException(
                    text + ": expected a host name, an address, or a network such as 10.0.0.0/8 or fd00::/8");
        }

        boolean contains(byte[] address) {
            return address.length == bytes && prefix(address, bits).equals(prefix);
        }

        private static BigInteger prefix(byte[] address, int bits) {
            return new BigInteger(1, address).shiftRight(address.length * Byte.SIZE - bits);
        }
    }
}
