package dev.therapyfit.app.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.context.annotation.Profile;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A second CDS service, of the sandbox alone: it offers a draft order to clients whose lists of orders hold no product of
 * ours, such as the public CDS Hooks sandbox. What it says stands in {@code sandbox/draft-order.json}.
 */
@RestController
@Profile("sandbox")
@RequestMapping("/sandbox/cds-services")
public final class DraftOrderService {
    private static final Pattern PATIENT = Pattern.compile("[A-Za-z0-9.-]{1,64}");
    private static final Pattern NEW_ID = Pattern.compile("\\{uuid}");
    private static final int LONGEST_BODY = 5 << 20;
    private static final JsonMapper JSON = new JsonMapper();

    private final JsonNode file = SandboxFile.read("draft-order.json");

    @GetMapping({"", "/"})
    Map<String, Object> discovery() {
        return Map.of("services", file.path("services"));
    }

    /** A card with a draft of each modality, if none of them is drafted. */
    @PostMapping("/draft-order")
    ResponseEntity<Object> call(InputStream body) throws IOException {
        JsonNode context;
        try {
            context = JSON.readTree(body.readNBytes(LONGEST_BODY)).path("context");
        } catch (JacksonException e) {
            return ResponseEntity.status(HttpStatus.BAD_REQUEST).build();
        }
        String patient = context.path("patientId").asString("");
        if (!PATIENT.matcher(patient).matches()) {
            return ResponseEntity.status(HttpStatus.BAD_REQUEST).build();
        }
        String drafts = context.path("draftOrders").toString();
        boolean isDrafted = file.findValues("text").stream().anyMatch(text -> drafts.contains(text.stringValue()));
        return ResponseEntity.ok(Map.of("cards", isDrafted ? JSON.createArrayNode() : cards(patient)));
    }

    private JsonNode cards(String patient) {
        String text = file.path("cards").toString().replace("{patient}", patient);
        Matcher ids = NEW_ID.matcher(text);
        return JSON.readTree(ids.replaceAll(found -> UUID.randomUUID().toString()));
    }

    /** Nothing is kept. */
    @PostMapping("/draft-order/feedback")
    Map<String, Object> feedback() {
        return Map.of();
    }
}
