package dev.therapyfit.ehr.outbound;

import dev.therapyfit.hooks.deadline.Deadline;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.http.HttpEntity;
import org.apache.http.HttpRequest;
import org.apache.http.HttpStatus;
import org.apache.http.NoHttpResponseException;
import org.apache.http.client.config.RequestConfig;
import org.apache.http.client.methods.CloseableHttpResponse;
import org.apache.http.client.methods.HttpGet;
import org.apache.http.client.methods.HttpPost;
import org.apache.http.client.methods.HttpRequestBase;
import org.apache.http.client.protocol.HttpClientContext;
import org.apache.http.config.RegistryBuilder;
import org.apache.http.conn.socket.ConnectionSocketFactory;
import org.apache.http.conn.socket.PlainConnectionSocketFactory;
import org.apache.http.conn.ssl.SSLConnectionSocketFactory;
import org.apache.http.entity.ByteArrayEntity;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.impl.client.HttpClients;
import org.apache.http.impl.conn.PoolingHttpClientConnectionManager;
import org.apache.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/**
 * The one HTTP client of the service. It follows no redirect, keeps no cookie and tries nothing twice, but where a kept
 * connection turns out to be closed; an answer is read whole, up to a size, before anybody parses it; and an exchange is
 * broken off at its deadline, wherever it is then, so that no server can hold a thread. Safe to use from many threads.
 */
public final class OutboundHttp implements AutoCloseable {
    private static final int CONNECTIONS_A_SERVER = 32;

    /** More than all servers of a service that is in use; each has a few threads. */
    private static final int CONNECTIONS = 2_000;

    /** Longest answer that is read. */
    private static final int MOST_BYTES = 64 * 1024 * 1024;

    private static final int LONGEST_SILENCE_MILLIS = 30_000;

    private static final String USER_AGENT = "Therapy-Fit";

    private final ScheduledThreadPoolExecutor timer;
    private final PoolingHttpClientConnectionManager connections;
    private final CloseableHttpClient client;

    /**
     * @param connectTimeout longest wait for a connection
     * @param allowed where it may connect to
     */
    public OutboundHttp(Duration connectTimeout, AllowedNetworks allowed) {
        this(connectTimeout, allowed, HostLookup.ofMachine(), TraceHeaders.NONE);
    }

    /**
     * The same with more.
     *
     * @param lookup finds the addresses of hosts
     * @param trace adds to each request what names the trace that it belongs to
     */
    public OutboundHttp(Duration connectTimeout, AllowedNetworks allowed, HostLookup lookup, TraceHeaders trace) {
        timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "outbound-deadlines");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        connections = new PoolingHttpClientConnectionManager(
                RegistryBuilder.<ConnectionSocketFactory>create()
                        .register("http", PlainConnectionSocketFactory.getSocketFactory())
                        .register("https", SSLConnectionSocketFactory.getSocketFactory())
                        .build(),
                new AddressGuard(lookup, allowed));
        connections.setDefaultMaxPerRoute(CONNECTIONS_A_SERVER);
        connections.setMaxTotal(CONNECTIONS);
        client = HttpClients.custom()
                .setUserAgent(USER_AGENT)
                .setConnectionManager(connections)
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectTimeout((int) connectTimeout.toMillis())
                        .setConnectionRequestTimeout((int) connectTimeout.toMillis())
                        .setSocketTimeout(LONGEST_SILENCE_MILLIS)
                        .build())
                .disableRedirectHandling()
                .disableCookieManagement()
                .setRetryHandler((failure, attempts, context) -> isGet(context) && wasStale(failure, attempts))
                .addInterceptorLast((HttpRequest request, HttpContext context) -> trace.addTo(request::setHeader))
                .build();
    }

    /**
     * True if a request may be sent once more, over a new connection: the other side had closed the one that was kept from
     * earlier, which shows only when it is used. What is written is not sent again: it may have been taken.
     */
    private boolean wasStale(IOException failure, int attempts) {
        boolean closed = failure instanceof NoHttpResponseException
                || (failure instanceof SocketException && !(failure instanceof ConnectException));
        if (closed) {
            connections.closeIdleConnections(0, TimeUnit.NANOSECONDS);
        }
        return closed && attempts == 1;
    }

    private static boolean isGet(HttpContext context) {
        return HttpClientContext.adapt(context)
                .getRequest()
                .getRequestLine()
                .getMethod()
                .equals(HttpGet.METHOD_NAME);
    }

    /**
     * An answer.
     *
     * @param status of HTTP
     * @param body has been received whole; none is empty
     */
    public record Answer(int status, InputStream body) {
        /** True for the status of an answer that holds what was asked for. */
        public boolean isOk() {
            return status == HttpStatus.SC_OK;
        }
    }

    /**
     * Asks for what is at a URL.
     *
     * @param headers of the request
     * @return the answer, whatever its status
     * @throws ForbiddenAddress if the URL's host is where the service must not connect to
     * @throws UnusableAnswer if it is too long
     * @throws IOException if there is no answer in time
     */
    public Answer get(URI url, Map<String, String> headers, Deadline until) throws IOException {
        return send(new HttpGet(url), headers, until);
    }

    /**
     * Sends a body to a URL, once.
     *
     * @param headers of the request, its content type among them
     * @return the answer, whatever its status
     * @throws IOException as {@link #get(URI, Map, Deadline)} does
     */
    public Answer post(URI url, Map<String, String> headers, byte[] body, Deadline until) throws IOException {
        HttpPost request = new HttpPost(url);
        request.setEntity(new ByteArrayEntity(body));
        return send(request, headers, until);
    }

    private Answer send(HttpRequestBase request, Map<String, String> headers, Deadline until) throws IOException {
        if (until.hasPassed()) {
            throw new IOException("no time is left");
        }
        headers.forEach(request::setHeader);
        ScheduledFuture<?> end =
                timer.schedule(request::abort, until.remaining().toNanos(), TimeUnit.NANOSECONDS);
        try (CloseableHttpResponse response = client.execute(request)) {
            return new Answer(
                    response.getStatusLine().getStatusCode(), new ByteArrayInputStream(body(response.getEntity())));
        } catch (UnknownHostException e) {
            throw e.getCause() instanceof ForbiddenAddress forbidden ? forbidden : e;
        } finally {
            end.cancel(false);
        }
    }

    /** The unpacked answer, so that no server can fill the memory. */
    private static byte[] body(@Nullable HttpEntity entity) throws IOException {
        if (entity == null) {
            return new byte[0];
        }
        // Not closed: at its end it closes itself, and before its end that would read the rest. Closing the response
        // closes
        // the connection then.
        byte[] body = entity.getContent().readNBytes(MOST_BYTES + 1);
        if (body.length > MOST_BYTES) {
            throw new UnusableAnswer("the answer is too long");
        }
        return body;
    }

    /**
     * Reads what is at a URL.
     *
     * @param mostBytes longest answer that is taken
     * @throws IOException as {@link #get(URI, Map, Deadline)} does, or if the answer is longer, or its status is not 200
     */
    public byte[] get(URI url, int mostBytes, Deadline until) throws IOException {
        Answer answer = get(url, Map.of(), until);
        if (!answer.isOk()) {
            throw new IOException("expected an answer with status 200");
        }
        byte[] body = answer.body().readAllBytes();
        if (body.length > mostBytes) {
            throw new UnusableAnswer("the answer is too long");
        }
        return body;
    }

    @Override
    public void close() throws IOException {
        timer.shutdownNow();
        client.close();
    }
}
