package dev.therapyfit.reliability.mutate;

import dev.therapyfit.reliability.mutation.BodyMutator;
import dev.therapyfit.reliability.mutation.Choices;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** A call that no EHR would make. */
final class HostileCall {
    static final String PLAIN = "plain";

    private static final int BYTES_ONCE_IN = 7;
    private static final int TRANSPORT_ONCE_IN = 40;

    private static final List<String> TRANSPORTS = List.of(
            "content-length short",
            "content-length long",
            "content-length twice",
            "content-length word",
            "content-length negative",
            "content-length huge",
            "chunked well",
            "chunked badly",
            "no length",
            "method",
            "content-type",
            "no content-type",
            "charset",
            "accept",
            "path",
            "path dots",
            "path slash",
            "query",
            "gzip",
            "long header",
            "odd header",
            "expect");

    private final String service;
    private final String transport;
    private final byte[] body;

    /**
     * @param service id of the service whose body it was
     * @param transport how the bytes travel; {@link #PLAIN} is an ordinary call
     */
    HostileCall(String service, String transport, byte[] body) {
        this.service = service;
        this.transport = transport;
        this.body = body.clone();
    }

    /** The call that follows from these choices. */
    static HostileCall of(String service, ObjectNode body, BodyMutator mutator, Choices choices) {
        ObjectNode base = choices.below(2) == 0 ? mutator.marked(body) : body;
        boolean bytesOnly = choices.onceIn(BYTES_ONCE_IN);
        byte[] changed = bytesOnly ? base.toString().getBytes(StandardCharsets.UTF_8) : mutator.json(base, choices);
        if (bytesOnly || choices.onceIn(BYTES_ONCE_IN)) {
            changed = BodyMutator.bytes(changed, choices);
        }
        return new HostileCall(service, choices.onceIn(TRANSPORT_ONCE_IN) ? choices.of(TRANSPORTS) : PLAIN, changed);
    }

    String service() {
        return service;
    }

    String transport() {
        return transport;
    }

    byte[] body() {
        return body.clone();
    }

    boolean isPlain() {
        return transport.equals(PLAIN);
    }

    /**
     * True if the connection may end without an answer: where the body ends is not clear, or the headers are refused before
     * the body is read, so that the connection's end can overtake the answer.
     */
    boolean mayBeLeftUnanswered() {
        return transport.startsWith("content-length")
                || transport.startsWith("chunked")
                || transport.equals("long header");
    }

    /** Request line and headers. */
    byte[] head() {
        String method = transport.equals("method") ? (body.length % 2 == 0 ? "PUT" : "DELETE") : "POST";
        String path = "/cds-services/" + service;
        path = switch (transport) {
            case "path" -> "/cds-services/zz-service";
            case "path dots" -> "/cds-services/../cds-services/%2e%2e/zz-service";
            case "path slash" -> path + "%2Fzz-service;zz-a=zz-b";
            case "query" -> path + "?zz-a=zz-b&id=zz-c";
            default -> path;
        };
        StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n");
        line(head, "Connection", "close");
        String type =
                switch (transport) {
                    case "content-type" -> "text/zz-plain";
                    case "charset" -> "application/json; charset=zz-charset";
                    default -> "application/json";
                };
        if (!transport.equals("no content-type")) {
            line(head, "Content-Type", type);
        }
        switch (transport) {
            case "content-length short" -> line(head, "Content-Length", Integer.toString(body.length / 2));
            case "content-length long" -> line(head, "Content-Length", Integer.toString(body.length + 100));
            case "content-length twice" -> {
                line(head, "Content-Length", Integer.toString(body.length));
                line(head, "Content-Length", Integer.toString(body.length + 1));
            }
            case "content-length word" -> line(head, "Content-Length", "zz-many");
            case "content-length negative" -> line(head, "Content-Length", "-1");
            case "content-length huge" -> line(head, "Content-Length", "99999999999999999999");
            case "chunked well", "chunked badly" -> line(head, "Transfer-Encoding", "chunked");
            case "no length" -> line(head, "X-Zz", "zz-");
            default -> line(head, "Content-Length", Integer.toString(body.length));
        }
        switch (transport) {
            case "accept" -> line(head, "Accept", "text/html;q=zz-1, zz-");
            case "gzip" -> line(head, "Content-Encoding", "gzip");
            case "long header" -> line(head, "X-Zz", "zz-" + "x".repeat(20_000));
            case "odd header" -> head.append("X-Zz\u0001: zz-\u0000\r\n zz-folded\r\n");
            case "expect" -> line(head, "Expect", "100-continue");
            default -> {}
        }
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** What follows the headers. */
    byte[] sent() {
        String size = Integer.toHexString(body.length);
        return switch (transport) {
            case "chunked well" -> joined(size + "\r\n", "\r\n0\r\n\r\n");
            case "chunked badly" -> joined("zz-" + size + "\r\n", "\r\n-1\r\n");
            case "no length" -> new byte[0];
            default -> body;
        };
    }

    private byte[] joined(String before, String after) {
        byte[] first = before.getBytes(StandardCharsets.US_ASCII);
        byte[] last = after.getBytes(StandardCharsets.US_ASCII);
        byte[] all = new byte[first.length + body.length + last.length];
        System.arraycopy(first, 0, all, 0, first.length);
        System.arraycopy(body, 0, all, first.length, body.length);
        System.arraycopy(last, 0, all, first.length + body.length, last.length);
        return all;
    }

    private static void line(StringBuilder head, String name, String value) {
        head.append(name).append(": ").append(value).append("\r\n");
    }
}
