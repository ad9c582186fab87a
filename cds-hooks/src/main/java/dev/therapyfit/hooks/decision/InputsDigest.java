package dev.therapyfit.hooks.decision;

import dev.therapyfit.cql.digest.Sha256;
import dev.therapyfit.cql.evaluation.Inputs;
import dev.therapyfit.cql.record.Fact;
import dev.therapyfit.cql.record.PatientRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What was decided about, as one digest: the record with its orders, which of them, where and when. */
final class InputsDigest {
    private InputsDigest() {}

    /**
     * The digest.
     *
     * @param record the record that was evaluated
     * @param inputs where, and which orders; no order named means every draft
     * @param at evaluation time
     */
    static String of(PatientRecord record, Inputs inputs, Instant at) {
        Collection<String> selections =
                inputs.selections().isEmpty() ? drafts(record) : new TreeSet<>(inputs.selections());
        String text = record.sha256() + "\n" + inputs.jurisdiction() + "\n" + at + "\n" + String.join("\n", selections);
        return new Sha256().add(text.getBytes(StandardCharsets.UTF_8)).hex();
    }

    private static Collection<String> drafts(PatientRecord record) {
        return record.facts().stream()
                .filter(fact -> PatientRecord.isDraftOrder(fact.resource()))
                .map(Fact::reference)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
