package dev.muster.scheduler.cycle;

import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.placement.GangRequest;
import dev.muster.scheduler.plan.Reservation;
import dev.muster.scheduler.workload.WaitingJob;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** What one cycle leaves to the next: planned starts, and who was stopped for others just now. Belongs to its state. */
public final class Agenda {

    /** Cycles in which nobody is stopped for a job that was stopped itself. */
    private static final int QUIET_CYCLES = 2;

    private static final int MOST_REMEMBERED = 10_000;

    private List<Reservation> reservations = List.of();
    private final Map<JobKey, Long> evictedIn = new LinkedHashMap<>();
    private long cycle;

    /** What was refused to jobs that wanted others to give way, while nothing has begun or ended since. */
    private final Map<Claim, Optional<Instant>> refusals = new LinkedHashMap<>();

    /** What was refused whatever time passes: by kind and priority the fewest pods. More pods, or less importance, get no more. */
    private final Map<Kind, NavigableMap<Integer, Integer>> fewestRefused = new LinkedHashMap<>();

    private long refusedAtVersion = -1;

    /** What the answer to a claim on others depends on, beside what runs. */
    private record Claim(String queue, int priority, GangRequest request) {
        static Claim of(WaitingJob job) {
            return new Claim(job.queue(), job.priority(), job.request());
        }
    }

    /** Claims that differ in importance and the number of pods alone. */
    private record Kind(String queue, GangRequest request) {
        static Kind of(WaitingJob job) {
            GangRequest request = job.request();
            return new Kind(job.queue(), request.withPods(request.granule(), request.granule()));
        }
    }

    /** The planned starts as the last cycle saw them, in the order in which they were made. */
    public List<Reservation> reservations() {
        return reservations;
    }

    /** The planned start of a job. */
    public Optional<Reservation> of(JobKey key) {
        return reservations.stream()
                .filter(plan -> plan.job().key().equals(key))
                .findFirst();
    }

    void begin() {
        cycle++;
        evictedIn.values().removeIf(evicted -> cycle - evicted > QUIET_CYCLES);
    }

    void plan(List<Reservation> made) {
        reservations = List.copyOf(made);
    }

    /**
     * Whether the same, or less, was refused to a job already, and from when on that may be otherwise; empty: it was not. Whoever may stop
     * enough others for a gang may do so for a smaller or more important one.
     */
    Optional<Optional<Instant>> refusal(WaitingJob job, long version) {
        if (version != refusedAtVersion) {
            refusals.clear();
            fewestRefused.clear();
            refusedAtVersion = version;
        }
        boolean less = fewestRefused
                .getOrDefault(Kind.of(job), Collections.emptyNavigableMap())
                .tailMap(job.priority(), true)
                .values()
                .stream()
                .anyMatch(pods -> pods <= job.request().minPods());
        return less ? Optional.of(Optional.empty()) : Optional.ofNullable(refusals.get(Claim.of(job)));
    }

    void refused(WaitingJob job, Optional<Instant> possibleAt) {
        if (possibleAt.isEmpty()) {
            fewestRefused
                    .computeIfAbsent(Kind.of(job), kind -> new TreeMap<>())
                    .merge(job.priority(), job.request().minPods(), Math::min);
        } else if (refusals.size() < MOST_REMEMBERED) {
            refusals.put(Claim.of(job), possibleAt);
        }
    }

    /** Changes were made and taken back: what was refused before is still. */
    void isAsBefore(long versionBefore, long versionNow) {
        refusedAtVersion = refusedAtVersion == versionBefore ? versionNow : refusedAtVersion;
    }

    void evicted(JobKey key) {
        evictedIn.put(key, cycle);
    }

    /** Whether nobody is to be stopped for this job for now. */
    boolean isQuiet(JobKey key) {
        return evictedIn.containsKey(key);
    }
}
