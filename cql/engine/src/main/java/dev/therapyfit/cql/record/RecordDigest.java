package dev.therapyfit.cql.record;

import dev.therapyfit.cql.digest.Sha256;

/** The canonical digest of a record. */
final class RecordDigest {
    private RecordDigest() {}

    static String of(PatientRecord record) {
        Sha256 digest = new Sha256();
        for (Fact fact : record.facts()) {
            digest.addPart(fact.reference()).addPart(CanonicalJson.of(fact.resource()));
        }
        for (Excluded out : record.excluded()) {
            digest.addPart(out.reference()).addPart(out.reason());
        }
        // Why a type could not be read changes nothing.
        record.incomplete().forEach(incomplete -> digest.addPart(incomplete.type()));
        return digest.hex();
    }
}
