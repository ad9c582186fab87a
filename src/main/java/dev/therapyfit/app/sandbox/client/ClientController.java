package dev.therapyfit.app.sandbox.client;

import dev.therapyfit.app.sandbox.SandboxFile;
import dev.therapyfit.app.sandbox.client.ClientView.Answer;
import dev.therapyfit.app.sandbox.client.ClientView.Exchange;
import dev.therapyfit.app.sandbox.client.ClientView.Group;
import dev.therapyfit.app.sandbox.client.ClientView.Tour;
import dev.therapyfit.app.sandbox.client.OrderCatalogue.Order;
import dev.therapyfit.web.PageTemplates;
import dev.therapyfit.web.PageWords;
import dev.therapyfit.web.Pages;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Profile;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MaxUploadSizeExceededException;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;
import tools.jackson.databind.JsonNode;

/**
 * The first page of the sandbox: order entry as in an EHR, with what is sent and answered beside it. Of the sandbox alone,
 * which answers this machine only: it calls whatever address it is given.
 */
@RestController
@Profile("sandbox")
public final class ClientController {
    private final PageTemplates templates;
    private final HttpCalls http = new HttpCalls();
    private final FhirPatients patients = new FhirPatients(http);
    private final OrderCatalogue catalogue = new OrderCatalogue();
    private final List<JsonNode> tour =
            SandboxFile.read("tour.json").valueStream().toList();
    private final Clock clock;
    private volatile String fhirServer = "";

    ClientController(PageTemplates templates, Clock timeOfDay) {
        this.templates = templates;
        this.clock = timeOfDay;
    }

    /** Tells which FHIR server the client is about, if the user names none. */
    public void connect(URI base) {
        fhirServer = base.toString();
    }

    /** The page, its fields as the address says. */
    @GetMapping("/")
    ResponseEntity<String> show(@RequestParam Map<String, String> fields, PageWords words) {
        ClientForm asked = ClientForm.of(fields);
        Map<String, String> all = new HashMap<>(fields);
        if (asked.tour() >= 1 && asked.tour() <= tour.size()) {
            tour.get(asked.tour() - 1)
                    .properties()
                    .forEach(field -> all.put(field.getKey(), field.getValue().asString("")));
        }
        return page(completed(all), Answer.NONE, words);
    }

    /** What a button does. */
    @PostMapping("/")
    ResponseEntity<String> act(@RequestParam Map<String, String> fields, PageWords words) {
        ClientForm form = completed(fields);
        if (form.action().equals("order")
                && order(form).isEmpty()
                && !form.hook().equals("patient-view")) {
            return page(form, Answer.failed(List.of(words.of("client.choose-order", form.hook()))), words);
        }
        ClientSession session = new ClientSession(form, fields, http, patients, clock);
        Answer answer = session.act(order(form).map(order -> order.draft("draft-1", form.patient())));
        return page(session.form(), answer, words);
    }

    /** Writes a file with a Bundle to the FHIR server, and chooses its patient. */
    @PostMapping("/import")
    ResponseEntity<String> take(
            @RequestParam(required = false) @Nullable MultipartFile file,
            @RequestParam Map<String, String> fields,
            PageWords words)
            throws IOException {
        ClientForm form = completed(fields);
        String text = file == null ? "" : new String(file.getBytes(), StandardCharsets.UTF_8);
        if (!FhirPatients.isResource(text)) {
            return page(form, Answer.failed(List.of(words.of("client.import.no-resource"))), words);
        }
        Exchange written = patients.add(form.fhirServer(), text);
        Map<String, String> all = new HashMap<>(fields);
        FhirPatients.patientIn(written.answer()).ifPresent(id -> all.put("patient", id));
        return page(completed(all), ClientSession.imported(written), words);
    }

    /** Where the address of that was opened again. */
    @GetMapping("/import")
    ResponseEntity<String> back() {
        return ResponseEntity.status(HttpStatus.FOUND).location(URI.create("/")).build();
    }

    @ExceptionHandler(MaxUploadSizeExceededException.class)
    ResponseEntity<String> tooLarge(PageWords words) {
        return page(completed(Map.of()), Answer.failed(List.of(words.of("client.import.too-large"))), words);
    }

    private ClientForm completed(Map<String, String> fields) {
        Map<String, String> all = new HashMap<>(fields);
        fill(
                all,
                "service",
                ServletUriComponentsBuilder.fromCurrentContextPath().build() + "/cds-services");
        fill(all, "fhirServer", fhirServer);
        return ClientForm.of(all);
    }

    private static void fill(Map<String, String> fields, String name, String value) {
        if (fields.getOrDefault(name, "").isBlank()) {
            fields.put(name, value);
        }
    }

    private Optional<Order> order(ClientForm form) {
        return form.words().isEmpty()
                ? catalogue.find(form.order())
                : Optional.of(new Order(form.words(), null, null, null));
    }

    private ResponseEntity<String> page(ClientForm form, Answer answer, PageWords words) {
        ClientView view = new ClientView(
                words,
                form,
                form.fhirServer().isEmpty() ? List.of() : patients.all(form.fhirServer()),
                catalogue.groups().stream()
                        .map(group -> new Group(
                                group.group(),
                                group.orders().stream().map(Order::label).toList()))
                        .toList(),
                answer,
                new Tour(form.tour(), tour.size()));
        return Pages.html(templates.rendered("client.jte", view));
    }
}
