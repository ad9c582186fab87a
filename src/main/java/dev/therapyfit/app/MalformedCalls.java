package dev.therapyfit.app;

import java.io.IOException;
import java.io.Writer;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.core.StandardHost;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;

/**
 * What Tomcat refuses before the application sees it, such as a header that is no header: it would answer with a page
 * for people, and a client of CDS Hooks expects an OperationOutcome. Nothing of the call is repeated.
 */
public final class MalformedCalls extends ErrorReportValve {
    /** Tomcat makes it by its name. */
    public MalformedCalls() {
        setShowReport(false);
        setShowServerInfo(false);
    }

    static WebServerFactoryCustomizer<TomcatServletWebServerFactory> customizer() {
        return factory -> factory.addContextCustomizers(context -> {
            if (context.getParent() instanceof StandardHost host) {
                host.setErrorReportValveClass(MalformedCalls.class.getName());
            }
        });
    }

    @Override
    protected void report(Request request, Response response, @Nullable Throwable failure) {
        if (response.getStatus() < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        response.setContentType("application/json");
        response.setCharacterEncoding("utf-8");
        try {
            Writer writer = response.getReporter();
            if (writer != null) {
                writer.write("{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"error\",\"code\":\""
                        + (response.getStatus() < 500 ? "invalid" : "exception")
                        + "\",\"diagnostics\":\"the call is not well-formed HTTP, or too long: see RFC 9110\"}]}");
                response.finishResponse();
            }
        } catch (IOException e) {
            // nobody is there to read it
        }
    }
}
