package dev.therapyfit.cql.record;

import dev.therapyfit.cql.digest.Sha256;

/**
 * The canonical digest of a record.
 *
 * @param sha256 in hexadecimal
 * @param characters of its facts as JSON
 */
record RecordDigest(String sha256, long characters) {
    static RecordDigest of(PatientRecord record) {
        Sha256 digest = new Sha256();
        long characters = 0;
        for (Fact fact : record.facts()) {
            String json = CanonicalJson.of(fact.resource());
            characters += json.length();
            digest.addPart(fact.reference()).addPart(json);
        }
        for (Excluded out : record.excluded()) {
            digest.addPart(out.reference()).addPart(out.reason());
        }
        // Why a type could not be read changes nothing.
        record.incomplete().forEach(incomplete -> digest.addPart(incomplete.type()));
        return new RecordDigest(digest.hex(), characters);
    }
}
