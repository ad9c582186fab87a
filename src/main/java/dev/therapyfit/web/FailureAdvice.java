package dev.therapyfit.web;

import dev.therapyfit.cql.evaluation.EvaluationException;
import dev.therapyfit.hooks.failure.CdsFailure;
import dev.therapyfit.hooks.failure.CdsFailure.BadHookRequest;
import dev.therapyfit.hooks.failure.CdsFailure.DataUnavailable;
import dev.therapyfit.hooks.failure.CdsFailure.Forbidden;
import dev.therapyfit.hooks.failure.CdsFailure.Gone;
import dev.therapyfit.hooks.failure.CdsFailure.NotFound;
import dev.therapyfit.hooks.failure.CdsFailure.Problem;
import dev.therapyfit.hooks.failure.CdsFailure.TooLarge;
import dev.therapyfit.hooks.failure.CdsFailure.TooManyCalls;
import dev.therapyfit.hooks.failure.CdsFailure.TooSlow;
import dev.therapyfit.hooks.failure.CdsFailure.Unauthenticated;
import dev.therapyfit.hooks.failure.CdsFailure.Unavailable;
import dev.therapyfit.hooks.failure.CdsFailure.UnknownContentEncoding;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.resource.NoResourceFoundException;
import org.springframework.web.util.DisconnectedClientHelper;

/** Failures to status codes and OperationOutcomes. The only class that knows both. */
@RestControllerAdvice
final class FailureAdvice {
    private static final Logger LOG = LoggerFactory.getLogger(FailureAdvice.class);

    /** How each failure is reported. */
    static final Map<Class<? extends CdsFailure>, Reported> TOLD = Map.ofEntries(
            Map.entry(BadHookRequest.class, new Reported(HttpStatus.BAD_REQUEST, "invalid")),
            Map.entry(Unauthenticated.class, new Reported(HttpStatus.UNAUTHORIZED, "login")),
            Map.entry(Forbidden.class, new Reported(HttpStatus.FORBIDDEN, "forbidden")),
            Map.entry(NotFound.class, new Reported(HttpStatus.NOT_FOUND, "not-found")),
            Map.entry(Gone.class, new Reported(HttpStatus.GONE, "expired")),
            Map.entry(TooSlow.class, new Reported(HttpStatus.REQUEST_TIMEOUT, "timeout")),
            Map.entry(DataUnavailable.class, new Reported(HttpStatus.PRECONDITION_FAILED, "incomplete")),
            Map.entry(TooLarge.class, new Reported(HttpStatus.CONTENT_TOO_LARGE, "too-long")),
            Map.entry(UnknownContentEncoding.class, new Reported(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "not-supported")),
            Map.entry(TooManyCalls.class, new Reported(HttpStatus.TOO_MANY_REQUESTS, "throttled")),
            Map.entry(Unavailable.class, new Reported(HttpStatus.SERVICE_UNAVAILABLE, "transient")));

    /**
     * How a failure is reported.
     *
     * @param status HTTP status
     * @param code code of FHIR R4 value set issue-type
     */
    record Reported(HttpStatus status, String code) {}

    private final Throttle<Refused> refusals;

    /** Refused calls that are alike. */
    private record Refused(String clientId, int status) {}

    FailureAdvice(WebSettings settings) {
        this.refusals = new Throttle<>(settings.refusalsPerMinute());
    }

    @ExceptionHandler
    ResponseEntity<OperationOutcomeBody> failure(CdsFailure failure, HttpServletRequest request) {
        Reported reported = reported(failure);
        String client = Call.of(request).map(call -> call.client().id()).orElse("unknown");
        if (refusals.isLetThrough(new Refused(client, reported.status().value()))) {
            LOG.info("Refused with {}: {}", reported.status().value(), failure.getMessage());
        }
        return answer(
                reported.status(), headers(failure), OperationOutcomeBody.of(reported.code(), failure.problems()));
    }

    /** Tells how many more were refused alike in the last minute. */
    @Scheduled(initialDelay = 1, fixedRate = 1, timeUnit = TimeUnit.MINUTES)
    void tellTheRest() {
        refusals.next()
                .forEach((refused, calls) -> LOG.info(
                        "Refused with {}: {} more calls of client {}", refused.status(), calls, refused.clientId()));
    }

    private static HttpHeaders headers(CdsFailure failure) {
        HttpHeaders headers = new HttpHeaders();
        if (failure instanceof Unauthenticated stranger) {
            headers.set(HttpHeaders.WWW_AUTHENTICATE, challenge(stranger));
        }
        if (failure instanceof UnknownContentEncoding) {
            headers.set(HttpHeaders.ACCEPT_ENCODING, ContentEncodings.ACCEPTED);
        }
        if (failure instanceof TooManyCalls busy) {
            headers.set(HttpHeaders.RETRY_AFTER, seconds(busy.retryAfter()));
        }
        if (failure instanceof Unavailable away) {
            headers.set(HttpHeaders.RETRY_AFTER, seconds(away.retryAfter()));
        }
        return headers;
    }

    /** RFC 6750: why a token was not taken; nothing where there was none. */
    private static String challenge(Unauthenticated stranger) {
        if (!stranger.isWithToken()) {
            return "Bearer";
        }
        String why = stranger.problems().get(0).diagnostics().replaceAll("[^ !#-\\[\\]-~]", "'");
        return "Bearer error=\"invalid_token\", error_description=\"" + why + "\"";
    }

    private static String seconds(Duration duration) {
        return Long.toString(Math.max(1, duration.toSeconds()));
    }

    /** The HTTP status of a failure. */
    static HttpStatus status(CdsFailure failure) {
        return reported(failure).status();
    }

    private static Reported reported(CdsFailure failure) {
        return Objects.requireNonNull(TOLD.get(failure.getClass()), "a failure without a status");
    }

    /** What Spring refuses before a controller is reached: method, media type, path. */
    @ExceptionHandler({
        HttpRequestMethodNotSupportedException.class,
        HttpMediaTypeNotSupportedException.class,
        HttpMediaTypeNotAcceptableException.class,
        NoResourceFoundException.class
    })
    ResponseEntity<OperationOutcomeBody> refused(Exception refusal) {
        ErrorResponse response = (ErrorResponse) refusal;
        HttpStatusCode status = response.getStatusCode();
        return answer(
                status,
                response.getHeaders(),
                OperationOutcomeBody.of(
                        status.value() == 404 ? "not-found" : "not-supported",
                        List.of(new Problem("", expectation(refusal)))));
    }

    private static String expectation(Exception refusal) {
        if (refusal instanceof HttpRequestMethodNotSupportedException method) {
            return "method not allowed here: expected " + method.getSupportedHttpMethods();
        }
        if (refusal instanceof HttpMediaTypeNotSupportedException) {
            return "Content-Type not supported: expected application/json";
        }
        if (refusal instanceof HttpMediaTypeNotAcceptableException) {
            return "Accept cannot be met: expected application/json";
        }
        return "no such page: GET /cds-services lists the services";
    }

    /** A defect of ours or of the content. Messages of foreign exceptions may hold patient data and are not logged. */
    @ExceptionHandler
    @Nullable
    ResponseEntity<OperationOutcomeBody> defect(Exception defect) {
        if (DisconnectedClientHelper.isClientDisconnectedException(defect)) {
            LOG.info("Client gone: {}", defect.getClass().getSimpleName());
            return null; // there is nobody to answer
        }
        endIfTheMachineFails(defect);
        String id = UUID.randomUUID().toString();
        LOG.error("Failed with 500, id {}: {}", id, trace(defect));
        return answer(
                HttpStatus.INTERNAL_SERVER_ERROR,
                new HttpHeaders(),
                OperationOutcomeBody.of(
                        "exception", List.of(new Problem("", "the service failed; its log tells more at id " + id))));
    }

    /** Out of memory is for whoever handles what nobody caught: Spring and executors make an exception of it. */
    private static void endIfTheMachineFails(Throwable defect) {
        for (Throwable cause = defect; cause != null; cause = cause.getCause()) {
            if (cause instanceof VirtualMachineError error && !(error instanceof StackOverflowError)) {
                Thread thread = Thread.currentThread();
                thread.getUncaughtExceptionHandler().uncaughtException(thread, error);
            }
        }
    }

    private static String trace(Throwable defect) {
        String message = defect instanceof EvaluationException ? " " + defect.getMessage() : "";
        Throwable cause = defect.getCause();
        return defect.getClass().getName()
                + message
                + Arrays.stream(defect.getStackTrace())
                        .limit(12)
                        .map(frame -> "\n  at " + frame)
                        .collect(Collectors.joining())
                + (cause == null || cause == defect ? "" : "\ncaused by " + trace(cause));
    }

    private static ResponseEntity<OperationOutcomeBody> answer(
            HttpStatusCode status, HttpHeaders headers, OperationOutcomeBody body) {
        return ResponseEntity.status(status)
                .headers(headers)
                .contentType(MediaType.APPLICATION_JSON)
                .body(body);
    }
}
