package dev.therapyfit.ehr.outbound;

import dev.therapyfit.cql.fhir.Bounds;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import org.apache.http.HttpEntity;
import org.apache.http.HttpResponse;
import org.apache.http.HttpResponseInterceptor;
import org.apache.http.HttpStatus;
import org.apache.http.entity.ByteArrayEntity;
import org.apache.http.protocol.HttpContext;
import org.apache.http.util.ByteArrayBuffer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamContext;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads an answer whole, up to a size, before anybody parses it, so that no server can fill the memory, and so that a
 * deadline that breaks off the exchange breaks off the reading too. The size is that of the unpacked answer. Only JSON is
 * taken, whatever the answer says it is: its limits bound nothing else. What a refusal says in another way is passed over.
 */
final class BoundedAnswer implements HttpResponseInterceptor {
    private static final int MOST_BYTES = 64 * 1024 * 1024;

    private final JsonMapper json = new JsonMapper();

    @Override
    public void process(HttpResponse response, HttpContext context) throws IOException {
        HttpEntity entity = response.getEntity();
        if (entity == null) {
            return;
        }
        byte[] body = read(entity);
        if (!isJson(body)) {
            if (response.getStatusLine().getStatusCode() < HttpStatus.SC_MULTIPLE_CHOICES) {
                throw new UnusableAnswer("the answer is no JSON");
            }
            body = new byte[0];
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
                throw new UnusableAnswer("the answer is too long");
            }
        }
        return body.toByteArray();
    }

    /**
     * True for JSON, or nothing.
     *
     * @throws UnusableAnswer if a number in it is too long, or an element is repeated too often
     */
    private boolean isJson(byte[] body) throws UnusableAnswer {
        try (JsonParser parser = json.createParser(body)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.VALUE_NUMBER_FLOAT && Bounds.isHuge(new BigDecimal(parser.getString()))) {
                    throw new UnusableAnswer("a number is too long");
                }
                TokenStreamContext place = parser.streamReadContext();
                if (place.inArray()
                        && Bounds.isTooOften(
                                String.valueOf(place.getParent().currentName()), place.getCurrentIndex() + 1)) {
                    throw new UnusableAnswer("an element is repeated too often");
                }
            }
            return true;
        } catch (NumberFormatException e) {
            throw new UnusableAnswer("a number is too long");
        } catch (JacksonException e) {
            return false;
        }
    }
}
