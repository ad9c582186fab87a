package dev.therapyfit.hooks.outbound;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import org.apache.http.HttpEntity;
import org.apache.http.HttpResponse;
import org.apache.http.HttpResponseInterceptor;
import org.apache.http.entity.ByteArrayEntity;
import org.apache.http.protocol.HttpContext;
import org.apache.http.util.ByteArrayBuffer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads an answer whole, up to a size, before anybody parses it, so that no server can fill the memory, and so that a
 * deadline that breaks off the exchange breaks off the reading too. The size is that of the unpacked answer.
 */
final class BoundedAnswer implements HttpResponseInterceptor {
    private static final int MOST_BYTES = 64 * 1024 * 1024;

    /** HAPI and the CQL engine write numbers out, so that {@code 1e1000000} would keep them busy for hours. */
    private static final int MOST_DIGITS = 1_000;

    private final JsonMapper json = new JsonMapper();

    @Override
    public void process(HttpResponse response, HttpContext context) throws IOException {
        HttpEntity entity = response.getEntity();
        if (entity == null) {
            return;
        }
        byte[] body = read(entity);
        if (holdsHugeNumber(body)) {
            throw new IOException("a number is too long");
        }
        ByteArrayEntity whole = new ByteArrayEntity(body);
        whole.setContentType(entity.getContentType());
        response.setEntity(whole);
    }

    private byte[] read(HttpEntity entity) throws IOException {
        ByteArrayBuffer body = new ByteArrayBuffer(8 * 1024);
        byte[] part = new byte[8 * 1024];
        // Not closed: at its end it closes itself, and before its end that would read the rest. The client closes the
        // connection of an interceptor that fails.
        InputStream content = entity.getContent();
        for (int length = content.read(part); length >= 0; length = content.read(part)) {
            body.append(part, 0, length);
            if (body.length() > MOST_BYTES) {
                throw new IOException("the answer is too long");
            }
        }
        return body.toByteArray();
    }

    private boolean holdsHugeNumber(byte[] body) {
        try (JsonParser parser = json.createParser(body)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.VALUE_NUMBER_FLOAT
                        && Math.abs((long) new BigDecimal(parser.getString()).scale()) > MOST_DIGITS) {
                    return true;
                }
            }
        } catch (NumberFormatException e) {
            return true;
        } catch (JacksonException e) {
            // no JSON: HAPI tells
        }
        return false;
    }
}
