package dev.therapyfit.web;

import dev.therapyfit.cql.record.BaseUrl;
import dev.therapyfit.hooks.decision.DecisionInputs;
import java.net.URI;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * What the last decisions were made from, so that whoever has the link of one can try answers. Only in memory, for a
 * while, and within bounds: the oldest go first. Safe to use from many threads.
 */
public final class RecentInputs {
    private final Map<String, Kept> byDecision = new LinkedHashMap<>();
    private final Duration lasting;
    private final long most;
    private final LongSupplier nanoTime;
    private long bytes;

    /**
     * What is kept of a decision.
     *
     * @param inputs what it was made from
     * @param fhirServers base URLs of the EHR that asked; none: any may be
     */
    public record Recent(DecisionInputs inputs, List<URI> fhirServers) {
        /** True if an EHR with this FHIR server may have asked. */
        boolean isOf(URI fhirServer) {
            Optional<String> named = BaseUrl.normal(fhirServer);
            return fhirServers.isEmpty()
                    || (named.isPresent()
                            && fhirServers.stream().map(BaseUrl::normal).anyMatch(named::equals));
        }
    }

    private record Kept(Recent recent, long bytes, long until) {}

    /**
     * @param lasting how long they are kept; zero: not at all
     * @param most how many characters they may have as FHIR JSON, all together
     */
    public RecentInputs(Duration lasting, long most) {
        this(lasting, most, System::nanoTime);
    }

    RecentInputs(Duration lasting, long most, LongSupplier nanoTime) {
        this.lasting = lasting;
        this.most = most;
        this.nanoTime = nanoTime;
    }

    /** Keeps those of a decision. */
    public void keep(String decision, Recent recent) {
        if (!lasting.isZero()) {
            put(
                    decision,
                    new Kept(recent, recent.inputs().record().characters(), nanoTime.getAsLong() + lasting.toNanos()));
        }
    }

    private synchronized void put(String decision, Kept kept) {
        Kept before = byDecision.remove(decision);
        bytes += kept.bytes() - (before == null ? 0 : before.bytes());
        byDecision.put(decision, kept);
        expire();
    }

    /** Those of a decision; empty if they are kept no longer. */
    public synchronized Optional<Recent> find(String decision) {
        return Optional.ofNullable(byDecision.get(decision))
                .filter(kept -> kept.until() - nanoTime.getAsLong() > 0)
                .map(Kept::recent);
    }

    /** Puts what they are now, since something was written into the chart, in place of what they were. */
    synchronized void replace(String decision, DecisionInputs inputs) {
        Kept kept = byDecision.get(decision);
        if (kept != null) {
            Recent now = new Recent(inputs, kept.recent().fhirServers());
            byDecision.put(decision, new Kept(now, kept.bytes(), kept.until()));
        }
    }

    /** Forgets what is too old, and the oldest if it is too much. */
    public synchronized void expire() {
        long now = nanoTime.getAsLong();
        Iterator<Kept> oldest = byDecision.values().iterator();
        while (oldest.hasNext()) {
            Kept one = oldest.next();
            if (bytes <= most && one.until() - now > 0) {
                break;
            }
            bytes -= one.bytes();
            oldest.remove();
        }
    }
}
