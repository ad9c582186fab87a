package dev.therapyfit.hooks.chart;

import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.hooks.chart.FhirReadException.Kind;
import dev.therapyfit.hooks.chart.ReadBulkheads.ReadBulkhead;
import dev.therapyfit.hooks.chart.ReadBulkheads.ReadOutcome;
import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.hooks.failure.CdsFailure.Forbidden;
import dev.therapyfit.hooks.failure.CdsFailure.Problem;
import dev.therapyfit.hooks.request.FhirServer;
import dev.therapyfit.hooks.request.GrantedScopes;
import dev.therapyfit.hooks.request.GrantedScopes.Access;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/** Reads from a FHIR server side by side, and says of each what came of it. */
final class Reads {
    /** A read that breaks off at the deadline tells what it has found until then: that is waited for so long. */
    private static final Duration GRACE = Duration.ofMillis(30);

    /** A server that was given less time than this is not to blame for its silence. */
    private static final Duration FAIR_CHANCE = Duration.ofMillis(150);

    /** The version of FHIR that is read. */
    private static final String R4 = "4.0";

    private final ReadBulkheads bulkheads;
    private final BiFunction<FhirServer, Deadline, Optional<String>> versions;

    /**
     * @param bulkheads run the reads side by side
     * @param versions says which version of FHIR a server has; empty if that is not known
     */
    Reads(ReadBulkheads bulkheads, BiFunction<FhirServer, Deadline, Optional<String>> versions) {
        this.bulkheads = bulkheads;
        this.versions = versions;
    }

    /**
     * Something to read.
     *
     * @param field the field of the request that it stands for
     * @param type the resource type
     * @param needed true if there is no decision without it
     * @param byId true if it is one resource and not the answer to a search
     * @param since why it is to be read: what was sent instead, if anything
     * @param source how to read it
     */
    record Read(String field, String type, boolean needed, boolean byId, String since, Source source) {
        private static final String NOT_SENT = "not in the request";

        interface Source {
            List<Resource> from(FhirServer server, Deadline deadline);
        }

        /** One resource, without which there is no decision. */
        static Read required(String field, String type, Source source) {
            return new Read(field, type, true, true, NOT_SENT, source);
        }

        /** One resource. */
        static Read one(String field, String type, Source source) {
            return new Read(field, type, false, true, NOT_SENT, source);
        }

        static Read search(String field, String type, Source source) {
            return new Read(field, type, false, false, NOT_SENT, source);
        }

        /** The same for a reason of its own. */
        Read since(String why) {
            return new Read(field, type, needed, byId, why, source);
        }

        Access access(GrantedScopes scopes) {
            return byId ? scopes.toRead(type) : scopes.toSearch(type);
        }

        Answer nothing(String why) {
            return part(List.of(), why);
        }

        Answer part(List<Resource> found, String why) {
            return new Answer(found, Optional.of(new Problem(field, needed ? Reads.needed(why) : why)));
        }

        Answer failed(FhirReadException failure, FhirServer server) {
            if (failure.kind() == Kind.NOT_ALLOWED) {
                throw new Forbidden("fhirServer", "expected a server at an address that the service may read");
            }
            if (type.equals("Patient") && failure.kind() == Kind.NOT_FOUND) {
                return new Answer(
                        List.of(), Optional.of(new Problem("context.patientId", "no such patient on the fhirServer")));
            }
            return part(
                    failure.found(),
                    "not readable from the fhirServer " + server.origin() + ": " + failure.getMessage());
        }
    }

    /** Why a call ends without what is missing. */
    static String needed(String why) {
        return "needed: " + why;
    }

    /** What came of a read: what was found, and why that is not all. */
    record Answer(List<Resource> found, Optional<Problem> problem) {}

    /**
     * Reads all at the same time; nothing, if what is needed is not granted.
     *
     * @param given the server; without one nothing can be read
     * @param deadline when answers are wanted no longer
     * @throws Forbidden if the server is at an address that the service must not connect to
     */
    Map<Read, Answer> run(List<Read> reads, Optional<FhirServer> given, Deadline deadline) {
        Map<Read, Answer> answers = new LinkedHashMap<>();
        if (given.isEmpty()) {
            reads.forEach(
                    read -> answers.put(read, read.nothing(read.since() + ", and there is no fhirServer to read")));
            return answers;
        }
        FhirServer server = given.get();
        List<Read> granted = new ArrayList<>();
        for (Read read : reads) {
            if (read.access(server.scopes()) == Access.NONE) {
                answers.put(read, read.nothing("not within the granted scopes"));
            } else {
                granted.add(read);
            }
        }
        boolean isHopeless = answers.keySet().stream().anyMatch(Read::needed);
        if (!isHopeless && !granted.isEmpty()) {
            answers.putAll(ask(granted, server, deadline));
        }
        return answers;
    }

    private Map<Read, Answer> ask(List<Read> reads, FhirServer server, Deadline deadline) {
        Map<Read, Answer> answers = new LinkedHashMap<>();
        Duration time = deadline.remaining();
        ReadBulkhead bulkhead;
        try {
            bulkhead = open(server, time);
        } catch (FhirReadException e) {
            reads.forEach(read -> answers.put(read, read.failed(e, server)));
            return answers;
        }
        ReadOutcome outcome = ReadOutcome.NONE;
        try {
            Map<Read, CompletableFuture<List<Resource>>> running = new LinkedHashMap<>();
            CompletableFuture<Optional<String>> version = version(bulkhead, server, deadline);
            reads.forEach(read -> running.put(read, start(read, bulkhead, server, deadline)));
            running.forEach((read, future) -> answers.put(read, answer(read, server, future)));
            otherVersion(version, deadline)
                    .ifPresent(failure -> reads.forEach(read -> answers.put(read, read.failed(failure, server))));
            outcome = outcome(running.values(), time);
        } finally {
            bulkhead.close(outcome);
        }
        return answers;
    }

    /** Asks beside the reads, so that it costs them no time. */
    private CompletableFuture<Optional<String>> version(ReadBulkhead bulkhead, FhirServer server, Deadline deadline) {
        try {
            return CompletableFuture.supplyAsync(() -> versions.apply(server, deadline), bulkhead::run)
                    .exceptionally(failure -> Optional.empty());
        } catch (RejectedExecutionException e) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
    }

    /** That the server says it has another version than the one that is read. It is waited for half of what time is left. */
    private static Optional<FhirReadException> otherVersion(
            CompletableFuture<Optional<String>> asked, Deadline deadline) {
        return asked.completeOnTimeout(
                        Optional.empty(), deadline.remaining().dividedBy(2).toNanos(), TimeUnit.NANOSECONDS)
                .join()
                .filter(version -> !version.startsWith(R4))
                .map(version -> new FhirReadException(
                        Kind.NOT_UNDERSTOOD,
                        "it says that it has FHIR " + version.replaceAll("[^0-9A-Za-z.-]", "?") + ": expected " + R4));
    }

    private ReadBulkhead open(FhirServer server, Duration time) {
        if (time.isZero()) {
            throw new FhirReadException(
                    Kind.UNREACHABLE, "no time was left to ask (a call may take therapy-fit.deadline)");
        }
        return bulkheads.open(server);
    }

    private static CompletableFuture<List<Resource>> start(
            Read read, ReadBulkhead bulkhead, FhirServer server, Deadline deadline) {
        Supplier<List<Resource>> source = () -> read.source().from(server, deadline);
        try {
            return CompletableFuture.supplyAsync(source, bulkhead::run)
                    .orTimeout(deadline.remaining().plus(GRACE).toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(new FhirReadException(
                    Kind.NOT_ASKED, "not asked, since too many reads of it wait already (therapy-fit.fhir.threads)"));
        }
    }

    private static Answer answer(Read read, FhirServer server, CompletableFuture<List<Resource>> future) {
        try {
            List<Resource> found = future.join();
            return read.access(server.scopes()) == Access.SOME
                    ? read.part(found, "read in part, as the granted scopes allow")
                    : new Answer(found, Optional.empty());
        } catch (CompletionException e) {
            if (e.getCause() instanceof TimeoutException) {
                return read.nothing("no answer of the fhirServer " + server.origin() + " for " + read.type()
                        + " in time (a call may take therapy-fit.deadline)");
            }
            if (e.getCause() instanceof FhirReadException failure) {
                return read.failed(failure, server);
            }
            throw e;
        }
    }

    /** The reads of a call are slow or fail together, so that they count once. */
    private static ReadOutcome outcome(Collection<CompletableFuture<List<Resource>>> reads, Duration time) {
        int faults = 0;
        int silences = 0;
        int answers = 0;
        for (CompletableFuture<List<Resource>> read : reads) {
            Optional<Kind> failure = failure(read);
            if (failure.filter(kind -> kind == Kind.UNREACHABLE).isPresent()) {
                silences++;
            } else if (failure.filter(kind -> kind == Kind.FAILED).isPresent()) {
                faults++;
            } else if (failure.filter(kind -> kind == Kind.NOT_ASKED).isEmpty()) {
                answers++;
            }
        }
        if (time.compareTo(FAIR_CHANCE) < 0) {
            silences = 0;
        }
        if (faults + silences + answers == 0) {
            return ReadOutcome.NONE;
        }
        return faults + silences >= answers && faults + silences > 0 ? ReadOutcome.FAULTY : ReadOutcome.SOUND;
    }

    /** Why a read that has ended failed; empty if it did not. */
    private static Optional<Kind> failure(CompletableFuture<List<Resource>> read) {
        return read.handle((found, failure) -> {
                    Throwable cause = failure instanceof CompletionException e ? e.getCause() : failure;
                    if (cause == null) {
                        return Optional.<Kind>empty();
                    }
                    return Optional.of(cause instanceof FhirReadException known ? known.kind() : Kind.UNREACHABLE);
                })
                .join();
    }
}
