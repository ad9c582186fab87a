package dev.therapyfit.web;

import dev.therapyfit.clients.link.DecisionLinks;
import dev.therapyfit.hooks.CurrentContent;
import dev.therapyfit.hooks.card.CdsResponse;
import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.hooks.failure.CdsFailure.BadHookRequest;
import dev.therapyfit.hooks.failure.CdsFailure.TooLarge;
import dev.therapyfit.hooks.failure.CdsFailure.TooSlow;
import dev.therapyfit.journal.feedback.FeedbackReceiver;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;
import org.springframework.web.util.UriComponentsBuilder;

/** Discovery, the hooks themselves and feedback: bytes in, JSON out. */
@RestController
@RequestMapping(path = CdsServicesController.PATH, produces = MediaType.APPLICATION_JSON_VALUE)
final class CdsServicesController {
    static final String PATH = "/cds-services";
    static final String TOO_SLOW = "the body came too slowly: expected all of it without a pause";

    /** What clients of FHIR send by habit. */
    private static final String FHIR_JSON = "application/fhir+json";

    private static final int BUFFER = 8192;

    private final CurrentContent content;
    private final HookCalls calls;
    private final FeedbackReceiver feedback;
    private final CallMetrics metrics;
    private final DecisionLinks links;
    private final WebSettings settings;
    private final BodyRoom room;

    CdsServicesController(
            CurrentContent content,
            HookCalls calls,
            FeedbackReceiver feedback,
            CallMetrics metrics,
            DecisionLinks links,
            WebSettings settings) {
        this.content = content;
        this.calls = calls;
        this.feedback = feedback;
        this.metrics = metrics;
        this.links = links;
        this.settings = settings;
        this.room = new BodyRoom(Runtime.getRuntime().maxMemory(), settings.maxBodyBytes());
    }

    @GetMapping({"", "/"})
    DiscoveryResponse discovery(Call call) {
        return DiscoveryResponse.of(content.get(), call.client().cdsHooksVersion());
    }

    @PostMapping(
            path = {"/{id}", "/{id}/"},
            consumes = {MediaType.APPLICATION_JSON_VALUE, FHIR_JSON})
    CdsResponse call(@PathVariable String id, Call call, HttpServletRequest request) {
        return room.during(call.client().id(), size(request), call.deadline(), () -> {
            Duration left = call.deadline().remaining();
            byte[] body = decoded(request);
            return calls.handle(
                    id,
                    body,
                    call.client(),
                    settings.clock().instant(),
                    Deadline.in(left),
                    decision -> url(decision),
                    AuditFilter.of(request));
        });
    }

    /** What a body will take, as far as that is known before it comes. */
    private static long size(HttpServletRequest request) {
        return ContentEncodings.isGzip(request) ? -1 : request.getContentLengthLong();
    }

    /** The specification gives the answer no body; an empty object can be read by every client. */
    @PostMapping(
            path = {"/{id}/feedback", "/{id}/feedback/"},
            consumes = {MediaType.APPLICATION_JSON_VALUE, FHIR_JSON})
    Map<String, Object> feedback(@PathVariable String id, Call call, HttpServletRequest request) {
        Duration left = call.deadline().remaining();
        byte[] body = decoded(request);
        String client = call.client().id();
        metrics.received(client, feedback.receive(id, body, client, AuditFilter.of(request), Deadline.in(left)));
        return Map.of();
    }

    /**
     * Reads the body within its size and its time, while the time for the answer stands still: how long a body takes is the
     * client's doing. How long one read may take is Tomcat's {@code connection-timeout}.
     */
    private byte[] body(HttpServletRequest request) {
        int limit = settings.maxBodyBytes();
        if (request.getContentLengthLong() > limit) {
            throw new TooLarge(limit);
        }
        Deadline deadline = Deadline.in(settings.bodyTime());
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] buffer = new byte[BUFFER];
        try {
            ServletInputStream input = request.getInputStream();
            for (int read = input.read(buffer); read >= 0; read = input.read(buffer)) {
                body.write(buffer, 0, read);
                if (body.size() > limit) {
                    throw new TooLarge(limit);
                }
                if (deadline.hasPassed()) {
                    throw new TooSlow(TOO_SLOW);
                }
            }
        } catch (IOException e) {
            throw e.getCause() instanceof SocketTimeoutException
                    ? new TooSlow(TOO_SLOW)
                    : new BadHookRequest("", "the body breaks off: expected one JSON object");
        }
        return body.toByteArray();
    }

    /** The body as JSON; one that came with gzip is bounded before and after. */
    private byte[] decoded(HttpServletRequest request) {
        byte[] body = body(request);
        return ContentEncodings.isGzip(request) ? ContentEncodings.gunzip(body, settings.maxBodyBytes()) : body;
    }

    private URI url(String decision) {
        UriComponentsBuilder base = settings.publicUrl() == null
                ? ServletUriComponentsBuilder.fromCurrentContextPath()
                : UriComponentsBuilder.fromUri(settings.publicUrl());
        DecisionLinks.Signed signed = links.sign(decision);
        return base.pathSegment("decisions", decision)
                .queryParam("expires", signed.expires().getEpochSecond())
                .queryParam("signature", signed.signature())
                .build()
                .toUri();
    }
}
