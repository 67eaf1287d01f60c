package dev.muster.controller.state;

import dev.muster.scheduler.job.RestartSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The failures of a job so far.
 *
 * @param applicationFailures counts against {@code restart.maxRestarts}
 * @param infrastructureFailures lost and broken hosts: counts against {@code restart.maxInfrastructureRestarts} only
 * @param recent when the application last failed since its newest checkpoint; feeds the fuse; at most as many as the
 *     fuse needs
 * @param checkpointAtLastFailure to see whether a failure made progress
 * @param last the last failure that counts against the application
 */
public record RestartHistory(
        int applicationFailures,
        int infrastructureFailures,
        List<Instant> recent,
        long checkpointAtLastFailure,
        Optional<LastFailure> last) {

    public static final RestartHistory NONE = new RestartHistory(0, 0, List.of(), -1, Optional.empty());

    public RestartHistory {
        recent = List.copyOf(recent);
    }

    /**
     * What the application last failed of, and how often in a row without a newer checkpoint.
     *
     * @param hosts where it began, as far as known
     */
    public record LastFailure(String signature, SortedSet<String> hosts, Instant at, int times) {
        public LastFailure {
            hosts = Collections.unmodifiableSortedSet(new TreeSet<>(hosts));
        }
    }

    /**
     * One more failure of the application.
     *
     * @param checkpoint the newest one now; one that is newer than at the last failure starts the fuse's window anew
     */
    RestartHistory applicationFailed(Instant now, long checkpoint, RestartSpec.Fuse fuse, Blame blame) {
        boolean movedOn = checkpoint > Math.max(0, checkpointAtLastFailure);
        Instant windowStart = now.minus(fuse.within());
        Stream<Instant> earlier = movedOn ? Stream.empty() : recent.stream().filter(at -> !at.isBefore(windowStart));
        List<Instant> counted = Stream.concat(earlier, Stream.of(now)).toList();
        int dropped = Math.max(0, counted.size() - failuresThatBlow(fuse));
        return new RestartHistory(
                applicationFailures + 1,
                infrastructureFailures,
                counted.subList(dropped, counted.size()),
                Math.max(checkpoint, checkpointAtLastFailure),
                Optional.of(new LastFailure(
                        blame.signature(), blame.hosts(), now, movedOn ? 1 : 1 + timesBefore(blame.signature()))));
    }

    private int timesBefore(String signature) {
        return last.filter(before -> before.signature().equals(signature))
                .map(LastFailure::times)
                .orElse(0);
    }

    /** The last failure was not the application's after all: what it cost is given back. */
    RestartHistory blameMoved() {
        List<Instant> others = new ArrayList<>(recent);
        last.ifPresent(failure -> others.remove(failure.at()));
        return new RestartHistory(
                Math.max(0, applicationFailures - 1),
                infrastructureFailures + 1,
                others,
                checkpointAtLastFailure,
                Optional.empty());
    }

    /** One more host lost or broken under the job. */
    RestartHistory infrastructureFailed() {
        return new RestartHistory(
                applicationFailures, infrastructureFailures + 1, recent, checkpointAtLastFailure, last);
    }

    /**
     * The bound that forbids another attempt, with its value.
     *
     * @param judgesProgress whether "no newer checkpoint" says something: the job has told of one before, or did not begin
     */
    Optional<String> exceeded(RestartSpec bounds, boolean judgesProgress) {
        if (applicationFailures > bounds.maxRestarts()) {
            return Optional.of(
                    "it failed " + applicationFailures + " times and restart.maxRestarts is " + bounds.maxRestarts());
        }
        RestartSpec.Fuse fuse = bounds.fuse();
        if (recent.size() >= failuresThatBlow(fuse)) {
            return Optional.of("it failed " + recent.size() + " times within " + Wording.duration(fuse.within())
                    + " without a newer checkpoint (restart.fuse)");
        }
        int alike = last.map(LastFailure::times).orElse(0);
        if (judgesProgress && alike >= failuresThatBlow(fuse)) {
            return Optional.of(
                    "it failed " + alike + " times in the same way without a newer checkpoint (restart.fuse)");
        }
        if (infrastructureFailures > bounds.maxInfrastructureRestarts()) {
            return Optional.of("it lost hosts " + infrastructureFailures
                    + " times and restart.maxInfrastructureRestarts is " + bounds.maxInfrastructureRestarts());
        }
        return Optional.empty();
    }

    private static int failuresThatBlow(RestartSpec.Fuse fuse) {
        return Math.max(1, fuse.failures());
    }
}
