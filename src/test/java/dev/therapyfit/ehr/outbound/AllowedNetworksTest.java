package dev.therapyfit.ehr.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which addresses are public, and what a list adds. */
class AllowedNetworksTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.255.255.254",
                "0.0.0.0",
                "10.1.2.3",
                "100.64.0.1",
                "100.127.255.255",
                "169.254.169.254",
                "172.16.0.1",
                "172.31.255.255",
                "192.0.0.170",
                "192.0.2.1",
                "192.168.1.1",
                "198.18.0.1",
                "198.51.100.7",
                "203.0.113.9",
                "224.0.0.1",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "::ffff:127.0.0.1",
                "::ffff:8.8.8.8.",
                "::127.0.0.1",
                "64:ff9b::127.0.0.1",
                "64:ff9b::10.0.0.1",
                "64:ff9b:1::8.8.8.8",
                "2002:7f00:1::",
                "2002:c0a8:101::1",
                "2001:0:7f00:1::1",
                "2001:db8::1",
                "2600::5efe:127.0.0.1",
                "2600::200:5efe:10.0.0.1",
                "fe80::1",
                "fec0::1",
                "fc00::1",
                "fd12:3456::1",
                "ff02::1",
                "100::1",
                "4000::1"
            })
    void an_address_of_no_public_network_is_not_allowed(String address) throws UnknownHostException {
        String text = address.replaceAll("\\.$", "");
        byte[] bytes = address(text).getAddress();
        InetAddress given = address.startsWith("::ffff:8")
                ? Inet6Address.getByAddress("mapped", mapped(bytes), -1)
                : InetAddress.getByAddress("evil.example", bytes);

        assertThat(AllowedNetworks.PUBLIC.allow("evil.example", given)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "8.8.8.8",
                "9.255.255.255",
                "11.0.0.1",
                "100.63.255.255",
                "100.128.0.1",
                "172.15.0.1",
                "172.32.0.1",
                "192.167.0.1",
                "223.255.255.255",
                "2606:2800:220:1::1",
                "64:ff9b::8.8.8.8",
                "2002:808:808::1",
                "2600::5efe:8.8.8.8"
            })
    void an_address_of_the_public_network_is_allowed(String text) throws UnknownHostException {
        assertThat(AllowedNetworks.PUBLIC.allow("ehr.example", address(text))).isTrue();
    }

    @Test
    void what_is_listed_is_allowed_by_name_address_or_network() throws UnknownHostException {
        AllowedNetworks allowed = AllowedNetworks.of(List.of("FHIR.internal", "10.1.0.0/16", "fd00::/8", "127.0.0.1"));
        InetAddress inside = address("192.168.1.1");

        assertThat(allowed.allow("fhir.INTERNAL", inside)).isTrue();
        assertThat(allowed.allow("other.internal", inside)).isFalse();
        assertThat(allowed.allow("evil.example", address("10.1.255.1"))).isTrue();
        assertThat(allowed.allow("evil.example", address("10.2.0.1"))).isFalse();
        assertThat(allowed.allow("evil.example", address("fd77::1"))).isTrue();
        assertThat(allowed.allow("evil.example", address("127.0.0.1"))).isTrue();
        assertThat(allowed.allow("evil.example", address("127.0.0.2"))).isFalse();
    }

    @Test
    void what_is_listed_is_known_without_looking_anything_up() {
        AllowedNetworks allowed =
                AllowedNetworks.PUBLIC.and(List.of("localhost", "127.0.0.0/8")).and(List.of("::1"));

        assertThat(List.of("localhost", "LOCALHOST", "127.0.0.1", "127.8.8.8", "[::1]", "::1"))
                .allMatch(allowed::lists);
        assertThat(List.of("ehr.example", "127.0.0.1.example", "8.8.8.8", "[::2]", "2130706433", "0177.0.0.1", ""))
                .noneMatch(allowed::lists);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "10.0.0.0/33", "10.0.0/8", "::1/129", "1.2.3.4/x", "a/8", "300.1.1.1", "-a", "*"})
    void an_entry_that_is_none_is_named(String entry) {
        assertThatThrownBy(() -> AllowedNetworks.of(List.of(entry)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(entry.strip())
                .hasMessageContaining("expected a host name");
    }

    private static InetAddress address(String text) throws UnknownHostException {
        return InetAddress.getAllByName(text)[0];
    }

    private static byte[] mapped(byte[] ipv4) {
        byte[] bytes = new byte[16];
        bytes[10] = (byte) 0xFF;
        bytes[11] = (byte) 0xFF;
        System.arraycopy(ipv4, 0, bytes, 12, 4);
        return bytes;
    }
}
