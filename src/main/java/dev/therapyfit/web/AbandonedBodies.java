package dev.therapyfit.web;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.time.Duration;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.ActionCode;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.stereotype.Component;

/**
 * Ends a call that was answered before its body was read. Tomcat would read the rest of the body in the thread that
 * answered, however long the client takes to send it, so that a few hundred refused calls could hold every thread. Here
 * the answer is sent at once, and what still comes is passed over without a thread that waits for it: a client that is
 * still sending reads its answer and gets no reset. If the rest is too long or takes too long, the connection is closed.
 */
@Component
final class AbandonedBodies extends ValveBase implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {
    private static final Duration LONGEST = Duration.ofSeconds(5);
    private static final long MOST_BYTES = 16L << 20;

    AbandonedBodies() {
        super(true);
    }

    /** Before everything else in Tomcat, so that what Tomcat refuses by itself ends like this too. */
    @Override
    public void customize(TomcatServletWebServerFactory factory) {
        factory.addEngineValves(this);
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        getNext().invoke(request, response);
        if (request.isAsync() || request.isFinished()) {
            return;
        }
        response.flushBuffer();
        boolean isBroken = request.getCoyoteRequest().getErrorException() != null;
        if (isBroken || request.getContext() == null) {
            close(request);
            return;
        }
        Rest.passOver(request);
    }

    /** Whatever still comes belongs to no call. */
    private static void close(Request request) {
        request.getCoyoteRequest().action(ActionCode.DISABLE_SWALLOW_INPUT, null);
        request.getResponse().setErrorReported(); // it is answered
    }

    /** What still comes of a body: read as it comes, and waited for by nobody. */
    private static final class Rest implements ReadListener, AsyncListener {
        private final Request request;
        private final AsyncContext context;
        private final ServletInputStream body;
        private final byte[] buffer = new byte[8192];
        private long passed;

        private Rest(Request request, AsyncContext context, ServletInputStream body) {
            this.request = request;
            this.context = context;
            this.body = body;
        }

        static void passOver(Request request) throws IOException {
            AsyncContext context = request.startAsync();
            context.setTimeout(LONGEST.toMillis());
            Rest rest = new Rest(request, context, request.getInputStream());
            context.addListener(rest);
            rest.body.setReadListener(rest);
        }

        @Override
        public void onDataAvailable() throws IOException {
            int read = 0;
            while (read >= 0 && passed <= MOST_BYTES && body.isReady()) {
                read = body.read(buffer);
                passed += read;
            }
            if (passed > MOST_BYTES) {
                giveUp();
            }
        }

        @Override
        public void onAllDataRead() {
            context.complete();
        }

        @Override
        public void onTimeout(AsyncEvent event) {
            giveUp();
        }

        /** The client has gone. */
        @Override
        public void onError(AsyncEvent event) {
            giveUp();
        }

        private void giveUp() {
            try {
                request.getResponse().finishResponse(); // without its end, a client takes the answer for broken
            } catch (IOException e) {
                // the client has gone
            }
            close(request);
            context.complete();
        }

        @Override
        public void onError(Throwable failure) {
            // told by the event as well
        }

        @Override
        public void onComplete(AsyncEvent event) {
            // nothing is left to do
        }

        @Override
        public void onStartAsync(AsyncEvent event) {
            // it is started once
        }
    }
}
