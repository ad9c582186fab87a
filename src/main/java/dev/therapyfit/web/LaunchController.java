package dev.therapyfit.web;

import dev.therapyfit.ehr.smart.Access;
import dev.therapyfit.ehr.smart.LaunchFailure;
import dev.therapyfit.ehr.smart.SmartApp;
import dev.therapyfit.ehr.smart.SmartApp.Begun;
import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.hooks.decision.Decision;
import dev.therapyfit.hooks.failure.CdsFailure.BadHookRequest;
import dev.therapyfit.hooks.failure.CdsFailure.Forbidden;
import dev.therapyfit.hooks.failure.CdsFailure.NotFound;
import dev.therapyfit.hooks.failure.CdsFailure.Unavailable;
import dev.therapyfit.web.LinkedDecisions.Link;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseCookie;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.CookieValue;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;
import org.springframework.web.util.UriComponentsBuilder;

/** The launch of this service as a SMART app, from the link of a card to the questions of its decision. */
@RestController
final class LaunchController {
    /** Path of the launch, as EHRs register it. */
    static final String LAUNCH = "/launch";

    /** Where EHRs send the code. */
    static final String CALLBACK = LAUNCH + "/callback";

    /** Names the cookies by which a browser is known: one to all launches, and one to each decision for which it was launched. */
    static final String BROWSER = "therapy-fit-browser";

    /** What that cookie can be: a secret of ours. */
    private static final Pattern SECRET = Pattern.compile("[A-Za-z0-9_-]{43}");

    private static final int LONGEST_LAUNCH = 4_000;

    private static final Duration WAIT = Duration.ofSeconds(10);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final AppLaunches launches;
    private final LinkedDecisions decisions;
    private final DecisionPage failures;
    private final RecentInputs recent;
    private final WebSettings settings;

    LaunchController(
            AppLaunches launches,
            LinkedDecisions decisions,
            DecisionPage failures,
            RecentInputs recent,
            WebSettings settings) {
        this.recent = recent;
        this.launches = launches;
        this.decisions = decisions;
        this.failures = failures;
        this.settings = settings;
    }

    /**
     * Begins a launch: sends the browser to the EHR's authorization server.
     *
     * @param iss base URL of the EHR's FHIR server
     * @param launch what the EHR calls the launch
     */
    @GetMapping(LAUNCH)
    ResponseEntity<String> launch(
            @RequestParam(required = false) @Nullable String iss,
            @RequestParam(required = false) @Nullable String launch,
            @CookieValue(name = BROWSER, required = false) @Nullable String known,
            PageWords words,
            HttpServletRequest request) {
        return failures.orFailure(words, () -> {
            if (iss == null || launch == null || launch.length() > LONGEST_LAUNCH) {
                throw new BadHookRequest("iss, launch", "expected both, as SMART App Launch has them");
            }
            SmartApp app = app();
            URI server = uri(iss);
            if (!launches.isKnown(server)) {
                throw new Forbidden("iss", "expected a FHIR server that is registered for a client");
            }
            String browser = known != null && SECRET.matcher(known).matches() ? known : app.secret();
            try {
                Begun begun =
                        app.begin(server, launch, base().path(CALLBACK).build().toUri(), Deadline.in(WAIT));
                launches.begin(browser, begun);
                return to(begun.authorize())
                        .header(HttpHeaders.SET_COOKIE, cookie(browser, base().path(LAUNCH), request))
                        .build();
            } catch (LaunchFailure e) {
                throw new Unavailable(String.valueOf(e.getMessage()), RETRY_AFTER);
            }
        });
    }

    /** Ends a launch: the code becomes an access, and the browser goes to the questions of the decision. */
    @GetMapping(CALLBACK)
    ResponseEntity<String> callback(
            @RequestParam(required = false) @Nullable String code,
            @RequestParam(required = false) @Nullable String state,
            @RequestParam(required = false) @Nullable String error,
            @CookieValue(name = BROWSER, required = false) @Nullable String browser,
            PageWords words,
            HttpServletRequest request) {
        return failures.orFailure(words, () -> {
            SmartApp app = app();
            Begun begun = (browser == null || state == null ? Optional.<Begun>empty() : launches.end(browser, state))
                    .orElseThrow(() -> new Forbidden(
                            "state", "this browser began no such launch, or too long ago: open the card's link again"));
            if (error != null || code == null) {
                throw new Forbidden(
                        "code",
                        "the EHR's authorization server lets nobody in: "
                                + (error != null && error.matches("[a-z_]{1,40}") ? error : "no code"));
            }
            Access access;
            try {
                access = app.access(begun, code, Deadline.in(WAIT));
            } catch (LaunchFailure e) {
                throw new Unavailable(String.valueOf(e.getMessage()), RETRY_AFTER);
            }
            Link link = link(access.appContext());
            Decision decision = decisions.find(link);
            if (!decision.patient().equals("Patient/" + access.patient())) {
                throw new Forbidden("patient", "the EHR shows another patient than the one of this decision");
            }
            if (recent.find(link.id()).filter(one -> one.isOf(begun.iss())).isEmpty()) {
                throw new Forbidden(
                        "iss",
                        "the decision is another EHR's, or what it was made from is kept no longer: order again");
            }
            String fresh = app.secret(); // nobody else can have set it before
            launches.allow(fresh, link.id(), access);
            return to(decision(link)
                            .pathSegment("answer")
                            .query(link.query().substring(1))
                            .build()
                            .toUri())
                    .header(HttpHeaders.SET_COOKIE, cookie(fresh, decision(link), request))
                    .build();
        });
    }

    private static Link link(String appContext) {
        String[] parts = appContext.split("[?]", 2);
        if (parts.length < 2) {
            throw new BadHookRequest(
                    "appContext", "expected that of the card's link, in the token response of the EHR (CDS Hooks)");
        }
        Map<String, String> query = UriComponentsBuilder.newInstance()
                .query(parts[1])
                .build()
                .getQueryParams()
                .toSingleValueMap();
        return new Link(parts[0], query.get("expires"), query.get("signature"));
    }

    private SmartApp app() {
        return launches.app()
                .orElseThrow(
                        () -> new NotFound("this service is no SMART app: therapy-fit.smart.client-id is not set"));
    }

    private static URI uri(String text) {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new BadHookRequest("iss", "expected the base URL of a FHIR server");
        }
    }

    private UriComponentsBuilder base() {
        return settings.publicUrl() == null
                ? ServletUriComponentsBuilder.fromCurrentContextPath()
                : UriComponentsBuilder.fromUri(settings.publicUrl());
    }

    private UriComponentsBuilder decision(Link link) {
        return base().pathSegment("decisions", link.id());
    }

    private String cookie(String browser, UriComponentsBuilder under, HttpServletRequest request) {
        boolean tls = request.isSecure()
                || (settings.publicUrl() != null
                        && "https".equals(settings.publicUrl().getScheme()));
        return ResponseCookie.from(BROWSER, browser)
                .httpOnly(true)
                .secure(tls)
                .sameSite("Lax")
                .path(under.build().getPath())
                .build()
                .toString();
    }

    private static ResponseEntity.HeadersBuilder<?> to(URI url) {
        return ResponseEntity.status(HttpStatus.FOUND).location(url).cacheControl(CacheControl.noStore());
    }
}
