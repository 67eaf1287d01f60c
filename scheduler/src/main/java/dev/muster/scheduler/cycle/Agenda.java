package dev.muster.scheduler.cycle;

import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.plan.Reservation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What one cycle leaves to the next: planned starts, and who was stopped for others just now. Belongs to its state. */
public final class Agenda {

    /** Cycles in which nobody is stopped for a job that was stopped itself. */
    private static final int QUIET_CYCLES = 2;

    private List<Reservation> reservations = List.of();
    private final Map<JobKey, Long> evictedIn = new LinkedHashMap<>();
    private long cycle;

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

    void evicted(JobKey key) {
        evictedIn.put(key, cycle);
    }

    /** Whether nobody is to be stopped for this job for now. */
    boolean isQuiet(JobKey key) {
        return evictedIn.containsKey(key);
    }
}
