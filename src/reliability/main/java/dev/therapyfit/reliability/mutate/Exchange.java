package dev.therapyfit.reliability.mutate;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One call over a connection of its own, byte for byte as given, since an HTTP client would mend what is to be wrong.
 *
 * @param status 0 if the connection ended without an answer
 * @param body without chunks
 */
record Exchange(int status, Optional<String> retryAfter, String body) {
    private static final int LONGEST_MILLIS = 10_000;
    private static final Pattern STATUS = Pattern.compile("^HTTP/1\\.1 (\\d{3}) ?.*");
    private static final Pattern RETRY_AFTER = Pattern.compile("(?im)^retry-after: *(\\S+)");

    /**
     * Sends and reads to the end.
     *
     * @throws SocketTimeoutException if no answer came in ten seconds
     */
    static Exchange of(URI server, byte[] head, byte[] body) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(LONGEST_MILLIS);
            socket.connect(new InetSocketAddress(server.getHost(), server.getPort()), LONGEST_MILLIS);
            ByteArrayOutputStream read = new ByteArrayOutputStream();
            // Side by side, as clients do: an answer may come, and the connection be closed, while a body is sent.
            new Thread(() -> send(socket, head, body), "sender").start();
            try {
                socket.getInputStream().transferTo(read);
            } catch (SocketTimeoutException e) {
                throw e;
            } catch (IOException e) {
                // the server may close before it has read what it refuses; what it answered until then counts
            }
            return parse(read.toString(StandardCharsets.UTF_8));
        }
    }

    private static void send(Socket socket, byte[] head, byte[] body) {
        try {
            OutputStream out = socket.getOutputStream();
            out.write(head);
            out.write(body);
            out.flush();
            socket.shutdownOutput();
        } catch (IOException e) {
            // the server may close before it has read what it refuses: what it answers tells
        }
    }

    private static Exchange parse(String answer) {
        int end = answer.indexOf("\r\n\r\n");
        Matcher status = STATUS.matcher(answer.lines().findFirst().orElse(""));
        if (end < 0 || !status.matches()) {
            return new Exchange(0, Optional.empty(), answer);
        }
        String head = answer.substring(0, end);
        String rest = answer.substring(end + 4);
        if (status.group(1).equals("100")) {
            return parse(rest);
        }
        Matcher retry = RETRY_AFTER.matcher(head);
        boolean chunked = head.toLowerCase(Locale.ROOT).contains("transfer-encoding: chunked");
        return new Exchange(
                Integer.parseInt(status.group(1)),
                retry.find() ? Optional.of(retry.group(1)) : Optional.empty(),
                chunked ? joined(rest) : first(head, rest));
    }

    /** As long as the answer says: another answer may follow on the connection. */
    private static String first(String head, String rest) {
        Matcher length = Pattern.compile("(?im)^content-length: *(\\d+)").matcher(head);
        byte[] bytes = rest.getBytes(StandardCharsets.UTF_8);
        return length.find() && Integer.parseInt(length.group(1)) < bytes.length
                ? new String(bytes, 0, Integer.parseInt(length.group(1)), StandardCharsets.UTF_8)
                : rest;
    }

    private static String joined(String chunks) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] bytes = chunks.getBytes(StandardCharsets.UTF_8);
        int at = 0;
        while (at < bytes.length) {
            int end = at;
            while (end < bytes.length && bytes[end] != '\r') {
                end++;
            }
            int size = Integer.parseInt(new String(bytes, at, end - at, StandardCharsets.US_ASCII), 16);
            if (size == 0) {
                break;
            }
            body.write(bytes, end + 2, Math.min(size, bytes.length - end - 2));
            at = end + 2 + size + 2;
        }
        return body.toString(StandardCharsets.UTF_8);
    }
}
