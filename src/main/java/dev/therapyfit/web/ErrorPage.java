package dev.therapyfit.web;

import dev.therapyfit.hooks.failure.CdsFailure.Problem;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What the web server gives up by itself, such as a body that breaks off: the answer is an OperationOutcome too. */
@RestController
final class ErrorPage implements ErrorController {
    @RequestMapping("${server.error.path:${error.path:/error}}")
    ResponseEntity<OperationOutcomeBody> error(HttpServletRequest request) {
        HttpStatus status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer code
                ? HttpStatus.resolve(code)
                : HttpStatus.NOT_FOUND;
        if (status == null || !status.isError()) {
            status = HttpStatus.INTERNAL_SERVER_ERROR;
        }
        return ResponseEntity.status(status)
                .contentType(MediaType.APPLICATION_JSON)
                .body(OperationOutcomeBody.of(code(status), List.of(new Problem("", expectation(status)))));
    }

    private static String code(HttpStatus status) {
        return switch (status) {
            case NOT_FOUND -> "not-found";
            case REQUEST_TIMEOUT -> "timeout";
            default -> status.is5xxServerError() ? "exception" : "invalid";
        };
    }

    private static String expectation(HttpStatus status) {
        if (status == HttpStatus.NOT_FOUND) {
            return "no such page: GET /cds-services lists the services";
        }
        if (status == HttpStatus.REQUEST_TIMEOUT) {
            return CdsServicesController.TOO_SLOW;
        }
        return status.is5xxServerError()
                ? "the service failed"
                : "the call cannot be read: expected HTTP with one JSON object as the body";
    }
}
