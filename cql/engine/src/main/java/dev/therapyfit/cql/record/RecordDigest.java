package dev.therapyfit.cql.record;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.IParser;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;

/** The canonical digest of a record. Every part is written with its length, so that no two records look alike. */
final class RecordDigest {
    private final MessageDigest digest;

    private RecordDigest() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    static String of(PatientRecord record) {
        RecordDigest made = new RecordDigest();
        // HAPI writes elements in FHIR's own order, whatever their order was in the JSON that it read.
        IParser json = FhirContext.forR4Cached()
                .newJsonParser()
                .setSuppressNarratives(true)
                .setDontEncodeElements(Set.of("*.meta"));
        for (Fact fact : record.facts()) {
            made.add(fact.reference());
            made.add(json.encodeResourceToString(fact.resource()));
        }
        for (LeftOut out : record.leftOut()) {
            made.add(out.reference());
            made.add(out.reason());
        }
        // Why a type could not be read changes nothing.
        record.unread().forEach(unread -> made.add(unread.type()));
        return HexFormat.of().formatHex(made.digest.digest());
    }

    private void add(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
        digest.update(bytes);
    }
}
