package dev.muster.controller.scheduling;

import dev.muster.scheduler.cycle.Preemption;
import dev.muster.scheduler.cycle.Start;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.workload.RunningJob;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Jobs that will start when others have stopped. Their hosts are booked already, those of the others twice, so that nobody
 * else gets them; they start only when the last rank of the others is known to be gone. In memory only: after a restart those that were
 * told to stop do so all the same, and the job waits in its order.
 */
final class Nominations {

    /** A start that waits for these jobs to give their hosts back. */
    private record Nomination(Start start, Set<JobKey> awaited) {}

    /** A gang that is to stop and was not told yet. */
    record Order(RunningJob victim, JobKey by) {}

    private final Map<JobKey, Nomination> byJob = new LinkedHashMap<>();
    private final Map<JobKey, Order> untold = new LinkedHashMap<>();

    /**
     * Nominates a job.
     *
     * @param awaited whom it waits for: those that are stopped for it, and those that stop anyway
     */
    void add(Start start, Set<JobKey> awaited) {
        byJob.put(start.job().key(), new Nomination(start, new LinkedHashSet<>(awaited)));
        for (Preemption preemption : start.preemptions()) {
            RunningJob victim = preemption.victim();
            untold.put(victim.key(), new Order(victim, start.job().key()));
        }
    }

    boolean has(JobKey job) {
        return byJob.containsKey(job);
    }

    /** Whether a nominated job waits for this one to give its hosts back. */
    boolean isAwaited(JobKey gang) {
        return byJob.values().stream()
                .anyMatch(nomination -> nomination.awaited().contains(gang));
    }

    /** Whose end a nominated job still waits for. */
    List<JobKey> awaitedBy(JobKey job) {
        Nomination nomination = byJob.get(job);
        return nomination == null ? List.of() : List.copyOf(nomination.awaited());
    }

    /** A gang holds no hosts any more. */
    void released(JobKey gang) {
        untold.remove(gang);
        byJob.values().forEach(nomination -> nomination.awaited().remove(gang));
    }

    Optional<Start> remove(JobKey job) {
        return Optional.ofNullable(byJob.remove(job)).map(Nomination::start);
    }

    /** Those that need not be stopped after all, because the job that they were to make room for does not come. */
    List<RunningJob> spared(JobKey job) {
        List<RunningJob> spared = new ArrayList<>();
        for (Order order : List.copyOf(untold.values())) {
            JobKey victim = order.victim().key();
            if (order.by().equals(job) && !isAwaited(victim)) {
                untold.remove(victim);
                spared.add(order.victim());
            }
        }
        return spared;
    }

    /** Gangs that must still be told to stop, in the order in which that was decided. */
    List<Order> untold() {
        return List.copyOf(untold.values());
    }

    void told(JobKey victim) {
        untold.remove(victim);
    }

    /** Those for whom everybody has gone. */
    List<Start> ready() {
        List<Start> ready = new ArrayList<>();
        for (Nomination nomination : byJob.values()) {
            if (nomination.awaited().isEmpty()) {
                ready.add(nomination.start());
            }
        }
        return ready;
    }

    /** All that have not started yet. */
    List<Start> all() {
        return byJob.values().stream().map(Nomination::start).toList();
    }
}
