package dev.therapyfit.fhirserver;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.api.dao.IFhirSystemDao;
import ca.uhn.fhir.rest.server.RestfulServer;
import com.zaxxer.hikari.HikariDataSource;
import dev.therapyfit.fhirserver.seed.Seeder;
import java.time.LocalDate;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Consumer;
import org.apache.catalina.LifecycleException;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Meta;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/**
 * The server from its start to its end. What is cheap to check comes first (port, database), then HAPI, then the
 * patients; only then is the first request answered.
 */
final class FhirServer implements AutoCloseable {
    private static final String PATH = "/fhir";

    private final Logger log = LoggerFactory.getLogger(FhirServer.class);
    private final Settings settings;
    private final Consumer<String> progress;
    private final Deque<AutoCloseable> opened = new ConcurrentLinkedDeque<>();
    private volatile boolean closed;

    /**
     * A server that is not started yet.
     *
     * @param progress takes one line for people at a time
     */
    FhirServer(Settings settings, Consumer<String> progress) {
        this.settings = settings;
        this.progress = progress;
    }

    /**
     * Starts it; returns when the first request can be answered.
     *
     * @return base URL
     * @throws StartFailure if it cannot start; it is closed then
     */
    String start() throws StartFailure {
        try {
            HttpPort port = HttpPort.take(settings.bind(), settings.port(), DataDirectory.tomcat(settings.data()));
            opened.push(port);
            HikariDataSource dataSource = settings.database().open();
            opened.push(dataSource);
            progress.accept("starting (" + settings.database().description() + ")");
            AnnotationConfigApplicationContext hapi = hapi(dataSource);
            opened.push(hapi);
            settings.seedAsOf().ifPresent(asOf -> seed(hapi, asOf));
            port.serve(PATH, hapi.getBean(RestfulServer.class));
            String url = port.url(PATH);
            progress.accept("ready at " + url);
            return url;
        } catch (StartFailure e) {
            close();
            throw e;
        } catch (RuntimeException | Error | LifecycleException e) {
            if (!closed) {
                log.error("The server did not start", e);
            }
            close();
            throw new StartFailure(
                    "did not start: " + OneLine.ofRoot(e) + "; more in " + DataDirectory.logs(settings.data()), e);
        }
    }

    /** Whether it was closed, be it by someone else while it was still starting. */
    boolean isClosed() {
        return closed;
    }

    /** Closes what is open, last opened first. May be called at any time, from any thread, and again. */
    @Override
    public void close() {
        closed = true;
        for (AutoCloseable part = opened.poll(); part != null; part = opened.poll()) {
            try {
                part.close();
            } catch (Exception e) {
                log.warn("Closing {} failed", part.getClass().getSimpleName(), e);
            }
        }
    }

    private AnnotationConfigApplicationContext hapi(HikariDataSource dataSource) {
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        // As singletons, so that Spring does not close them: the pool must outlive everything that uses it.
        context.getBeanFactory().registerSingleton("dataSource", dataSource);
        context.getBeanFactory().registerSingleton("database", settings.database());
        context.register(HapiConfiguration.class);
        context.refresh();
        return context;
    }

    @SuppressWarnings("unchecked") // the context holds one system DAO, of R4
    private void seed(AnnotationConfigApplicationContext hapi, LocalDate asOf) {
        IFhirSystemDao<Bundle, Meta> system = hapi.getBean(IFhirSystemDao.class);
        new Seeder(hapi.getBean(FhirContext.class), hapi.getBean(DaoRegistry.class), system).seed(asOf, progress);
    }
}
