package dev.therapyfit.app.sandbox.client;

import java.util.Map;

/**
 * What stands in the fields of the page. Nothing of it is kept between two calls: the page sends all of it.
 *
 * @param service URL of a service's discovery, or of one of its services
 * @param fhirServer base URL of the FHIR server that holds the patients
 * @param authorization value of the header of that name; empty: none is sent
 * @param patient id of the Patient
 * @param hook name of the hook
 * @param order label of an order of the catalogue; empty: none of it
 * @param words an order in the user's own words; counts before the catalogue's
 * @param data {@code read}: the service reads the FHIR server; {@code prefetch}: the data are sent along
 * @param request the request as text, perhaps changed by hand
 * @param answer the last answer with cards
 * @param endpoint the service that gave it
 * @param action what the user wants
 * @param tour step of the tour; 0: none
 */
public record ClientForm(
        String service,
        String fhirServer,
        String authorization,
        String patient,
        String hook,
        String order,
        String words,
        String data,
        String request,
        String answer,
        String endpoint,
        String action,
        int tour) {

    /** Fields as a browser sends them; what is missing is empty. */
    static ClientForm of(Map<String, String> fields) {
        String tour = text(fields, "tour", "0");
        return new ClientForm(
                text(fields, "service", ""),
                text(fields, "fhirServer", "").replaceFirst("/+$", ""),
                text(fields, "authorization", ""),
                text(fields, "patient", ""),
                text(fields, "hook", "order-select"),
                text(fields, "order", ""),
                text(fields, "words", ""),
                text(fields, "data", "read"),
                text(fields, "request", ""),
                text(fields, "answer", ""),
                text(fields, "endpoint", ""),
                text(fields, "action", ""),
                tour.matches("\\d{1,2}") ? Integer.parseInt(tour) : 0);
    }

    private static String text(Map<String, String> fields, String name, String otherwise) {
        String text = fields.getOrDefault(name, "").strip();
        return text.isEmpty() ? otherwise : text;
    }

    /** The same with another request, its answer and the service that gave it. */
    ClientForm with(String sent, String answered, String from) {
        return new ClientForm(
                service,
                fhirServer,
                authorization,
                patient,
                hook,
                order,
                words,
                data,
                sent,
                answered,
                from,
                action,
                tour);
    }

    /** True for a hook that is about orders. */
    public boolean isAboutOrders() {
        return hook.startsWith("order-");
    }

    public boolean isPrefetching() {
        return data.equals("prefetch");
    }
}
