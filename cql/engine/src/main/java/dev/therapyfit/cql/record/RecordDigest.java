package dev.therapyfit.cql.record;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.IParser;
import dev.therapyfit.cql.digest.Sha256;
import java.util.Set;

/** The canonical digest of a record. */
final class RecordDigest {
    private RecordDigest() {}

    static String of(PatientRecord record) {
        Sha256 digest = new Sha256();
        // HAPI writes elements in FHIR's own order, whatever their order was in the JSON that it read.
        IParser json = FhirContext.forR4Cached()
                .newJsonParser()
                .setSuppressNarratives(true)
                .setDontEncodeElements(Set.of("*.meta"));
        for (Fact fact : record.facts()) {
            digest.addPart(fact.reference()).addPart(json.encodeResourceToString(fact.resource()));
        }
        for (LeftOut out : record.leftOut()) {
            digest.addPart(out.reference()).addPart(out.reason());
        }
        // Why a type could not be read changes nothing.
        record.unread().forEach(unread -> digest.addPart(unread.type()));
        return digest.hex();
    }
}
