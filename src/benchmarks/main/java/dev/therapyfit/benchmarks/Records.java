package dev.therapyfit.benchmarks;

import dev.therapyfit.cql.fhir.ReadBundle;
import dev.therapyfit.cql.fhir.ResourceReader;
import dev.therapyfit.cql.record.BundleContents;
import dev.therapyfit.cql.record.Origin;
import dev.therapyfit.cql.record.PatientRecord;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Bytes of a Bundle on their way to a patient's record. */
final class Records {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();
    private static final ResourceReader READER = new ResourceReader(2_000_000);

    private Records() {}

    static JsonNode tree(byte[] bytes) {
        return JSON.readTree(bytes);
    }

    static ReadBundle read(byte[] bytes) {
        try (JsonParser parser = JSON.createParser(bytes)) {
            parser.nextToken();
            return READER.open(parser).readBundle(() -> {});
        }
    }

    static PatientRecord of(byte[] bytes) {
        PatientRecord.Builder record = PatientRecord.builder();
        BundleContents.of(read(bytes).bundle())
                .forEach(resource ->
                        record.add(resource, PatientRecord.isDraftOrder(resource) ? Origin.CONTEXT : Origin.PREFETCH));
        return record.build();
    }
}
