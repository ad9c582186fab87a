package dev.therapyfit.ehr.outbound;

import java.io.IOException;
import java.io.InputStream;
import org.apache.http.HttpEntity;
import org.apache.http.HttpResponse;
import org.apache.http.HttpResponseInterceptor;
import org.apache.http.entity.ByteArrayEntity;
import org.apache.http.protocol.HttpContext;
import org.apache.http.util.ByteArrayBuffer;

/**
 * Reads an answer whole, up to a size, before anybody parses it, so that no server can fill the memory, and so that a
 * deadline that breaks off the exchange breaks off the reading too. The size is that of the unpacked answer.
 */
final class BoundedAnswer implements HttpResponseInterceptor {
    private static final int MOST_BYTES = 64 * 1024 * 1024;

    @Override
    public void process(HttpResponse response, HttpContext context) throws IOException {
        HttpEntity entity = response.getEntity();
        if (entity != null) {
            response.setEntity(new ByteArrayEntity(read(entity)));
        }
    }

    private static byte[] read(HttpEntity entity) throws IOException {
        ByteArrayBuffer body = new ByteArrayBuffer(8 * 1024);
        byte[] part = new byte[8 * 1024];
        // Not closed: at its end it closes itself, and before its end that would read the rest. The client closes the
        // connection of an interceptor that fails.
        InputStream content = entity.getContent();
        for (int length = content.read(part); length >= 0; length = content.read(part)) {
            body.append(part, 0, length);
            if (body.length() > MOST_BYTES) {
                throw new UnusableAnswer("the answer is too long");
            }
        }
        return body.toByteArray();
    }
}
