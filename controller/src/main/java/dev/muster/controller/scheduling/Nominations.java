package dev.muster.controller.scheduling;

import dev.muster.scheduler.cycle.Preemption;
import dev.muster.scheduler.cycle.Start;
import dev.muster.scheduler.job.JobKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Jobs that will start when others have stopped for them. Their hosts are booked already, those of the victims twice, so that nobody
 * else gets them; they start only when the last victim's ranks are known to be gone. In memory only: after a restart the victims stop
 * all the same, and the job waits in its order.
 */
final class Nominations {

    /** A start that waits for these jobs to give their hosts back. */
    private record Nomination(Start start, Set<JobKey> victims) {}

    private final Map<JobKey, Nomination> byJob = new LinkedHashMap<>();

    void add(Start start) {
        Set<JobKey> victims = new LinkedHashSet<>();
        for (Preemption preemption : start.preemptions()) {
            victims.add(preemption.victim().key());
        }
        byJob.put(start.job().key(), new Nomination(start, victims));
    }

    boolean has(JobKey job) {
        return byJob.containsKey(job);
    }

    /** For whom a job is being stopped. */
    Optional<JobKey> beneficiary(JobKey victim) {
        return byJob.values().stream()
                .filter(nomination -> nomination.victims().contains(victim))
                .map(nomination -> nomination.start().job().key())
                .findFirst();
    }

    /** Whose end a nominated job still waits for. */
    List<JobKey> victimsOf(JobKey job) {
        Nomination nomination = byJob.get(job);
        return nomination == null ? List.of() : List.copyOf(nomination.victims());
    }

    /** A job holds no hosts any more. */
    void released(JobKey victim) {
        byJob.values().forEach(nomination -> nomination.victims().remove(victim));
    }

    Optional<Start> remove(JobKey job) {
        return Optional.ofNullable(byJob.remove(job)).map(Nomination::start);
    }

    /** Those for whom everybody has gone. */
    List<Start> ready() {
        List<Start> ready = new ArrayList<>();
        for (Nomination nomination : byJob.values()) {
            if (nomination.victims().isEmpty()) {
                ready.add(nomination.start());
            }
        }
        return ready;
    }

    /** All that are not ready or have not been started yet. */
    List<Start> all() {
        return byJob.values().stream().map(Nomination::start).toList();
    }
}
