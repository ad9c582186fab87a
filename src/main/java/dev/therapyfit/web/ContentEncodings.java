package dev.therapyfit.web;

import dev.therapyfit.hooks.failure.CdsFailure.BadHookRequest;
import dev.therapyfit.hooks.failure.CdsFailure.TooLarge;
import dev.therapyfit.hooks.failure.CdsFailure.UnknownContentEncoding;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.springframework.http.HttpHeaders;

/** How a body may be compressed: with gzip, once, to no more bytes than a body may have. */
final class ContentEncodings {
    /** For the header {@code Accept-Encoding} of a refusal. */
    static final String ACCEPTED = "gzip, identity";

    private static final String GZIP = "gzip";
    private static final String IDENTITY = "identity";

    private ContentEncodings() {}

    /**
     * Sees that the body is compressed in a way that is accepted, before anything of it is read.
     *
     * @throws UnknownContentEncoding if it is not
     */
    static void requireKnown(HttpServletRequest request) {
        List<String> encodings = encodings(request);
        if (encodings.size() > 1 || !encodings.stream().allMatch(GZIP::equalsIgnoreCase)) {
            throw new UnknownContentEncoding();
        }
    }

    static boolean isGzip(HttpServletRequest request) {
        return !encodings(request).isEmpty();
    }

    /** Those that change the bytes. */
    private static List<String> encodings(HttpServletRequest request) {
        return Collections.list(request.getHeaders(HttpHeaders.CONTENT_ENCODING)).stream()
                .map(String::strip)
                .filter(encoding -> !encoding.isEmpty() && !encoding.equalsIgnoreCase(IDENTITY))
                .toList();
    }

    /**
     * Decompresses a body.
     *
     * @param most bytes that it may have then
     * @throws TooLarge if it has more
     * @throws BadHookRequest if it is not gzip
     */
    static byte[] gunzip(byte[] compressed, int most) {
        try (InputStream body = new OneMember(compressed)) {
            byte[] bytes = body.readNBytes(most + 1);
            if (bytes.length > most) {
                throw new TooLarge(most);
            }
            return bytes;
        } catch (IOException e) {
            throw new BadHookRequest("", "Content-Encoding is gzip, and the body is not: expected one gzip member");
        }
    }

    /** The JDK reads one gzip member after another by recursion: many empty ones would overflow the stack. */
    private static final class OneMember extends GZIPInputStream {
        private boolean reading;

        OneMember(byte[] compressed) throws IOException {
            super(new ByteArrayInputStream(compressed));
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            if (reading) {
                throw new ZipException("a second member");
            }
            reading = true;
            try {
                return super.read(buffer, offset, length);
            } finally {
                reading = false;
            }
        }
    }
}
