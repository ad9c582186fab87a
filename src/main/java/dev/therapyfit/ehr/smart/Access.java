package dev.therapyfit.ehr.smart;

import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * What an EHR lets the app do.
 *
 * @param fhirServer base URL of its FHIR server
 * @param token its access token
 * @param scopes what it may do
 * @param patient id of the patient that the EHR shows
 * @param appContext what the card's link told the app
 * @param lasting how long the token is good
 */
public record Access(
        URI fhirServer, String token, List<String> scopes, String patient, String appContext, Duration lasting) {
    /** True if resources of a type may be created, by a scope of SMART App Launch 1 or 2. */
    public boolean mayCreate(String type) {
        return scopes.stream().anyMatch(scope -> mayCreate(scope, type));
    }

    private static boolean mayCreate(String scope, String type) {
        String[] parts = scope.split("[/.]", 3);
        if (parts.length < 3 || !List.of("patient", "user").contains(parts[0])) {
            return false;
        }
        String rights = parts[2].replaceFirst("[?].*", "");
        return List.of("*", type).contains(parts[1])
                && (List.of("*", "write").contains(rights) || (rights.matches("c?r?u?d?s?") && rights.startsWith("c")));
    }

    static List<String> scopes(String text) {
        return Arrays.stream(text.split(" ")).filter(one -> !one.isBlank()).toList();
    }

    /** Without the token, which is a secret. */
    @Override
    public String toString() {
        return "Access[" + fhirServer + ", " + scopes + "]";
    }
}
