package dev.therapyfit.hooks.web;

import dev.therapyfit.hooks.card.CdsResponse;
import dev.therapyfit.hooks.failure.CdsFailure.BadHookRequest;
import dev.therapyfit.hooks.failure.CdsFailure.TooLarge;
import dev.therapyfit.hooks.service.HookInvocation;
import dev.therapyfit.hooks.service.ServiceCatalog;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URI;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;
import org.springframework.web.util.UriComponentsBuilder;

/** Discovery and the hooks themselves: bytes in, JSON out. */
@RestController
@RequestMapping(path = CdsServicesController.PATH, produces = MediaType.APPLICATION_JSON_VALUE)
final class CdsServicesController {
    static final String PATH = "/cds-services";

    private final ServiceCatalog catalog;
    private final HookInvocation invocation;
    private final WebSettings settings;

    CdsServicesController(ServiceCatalog catalog, HookInvocation invocation, WebSettings settings) {
        this.catalog = catalog;
        this.invocation = invocation;
        this.settings = settings;
    }

    @GetMapping
    DiscoveryResponse discovery(Call call) {
        return DiscoveryResponse.of(catalog.services(), call.client().cdsHooksVersion());
    }

    @PostMapping(path = "/{id}", consumes = MediaType.APPLICATION_JSON_VALUE)
    CdsResponse call(@PathVariable String id, Call call, HttpServletRequest request) {
        return invocation.handle(
                id,
                body(request),
                call.client(),
                settings.clock().instant(),
                call.deadline(),
                decision -> url(decision));
    }

    private byte[] body(HttpServletRequest request) {
        int limit = settings.maxBodyBytes();
        if (request.getContentLengthLong() > limit) {
            throw new TooLarge(limit);
        }
        byte[] body;
        try {
            body = request.getInputStream().readNBytes(limit + 1);
        } catch (IOException e) {
            throw new BadHookRequest("", "the body breaks off: expected one JSON object");
        }
        if (body.length > limit) {
            throw new TooLarge(limit);
        }
        return body;
    }

    private URI url(String decision) {
        UriComponentsBuilder base = settings.publicUrl() == null
                ? ServletUriComponentsBuilder.fromCurrentContextPath()
                : UriComponentsBuilder.fromUri(settings.publicUrl());
        return base.pathSegment("decisions", decision).build().toUri();
    }
}
