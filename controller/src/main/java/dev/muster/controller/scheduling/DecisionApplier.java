package dev.muster.controller.scheduling;

import dev.muster.scheduler.cluster.ClusterHost;
import dev.muster.scheduler.cycle.Preemption;
import dev.muster.scheduler.cycle.SchedulingCycle;
import dev.muster.scheduler.cycle.SchedulingState;
import dev.muster.scheduler.cycle.Start;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.queue.Queue;
import dev.muster.scheduler.workload.PlacedPod;
import dev.muster.scheduler.workload.RunningJob;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Takes the starts of a cycle into use. The cycle sees its victims and all that stops for good as gone; in the world they still hold
 * their hosts. So a start whose hosts are free now is one. A start for which others are stopped is nominated: its hosts are booked. A
 * start that needs nothing but what is given back soon waits, with nothing booked: a job that comes before it meanwhile stays before it.
 *
 * <p>Example: gang V holds h1 to h3 and is to stop for A, which gets h1 and h2; in the same cycle B gets h3. A is nominated, B waits.
 * Nobody else is stopped for B, and when V has gone both start.
 */
final class DecisionApplier {

    private final SchedulingState state;
    private final Nominations nominations;
    private final Departures departures;

    DecisionApplier(SchedulingState state, Nominations nominations, Departures departures) {
        this.state = state;
        this.nominations = nominations;
        this.departures = departures;
    }

    /** Answers the starts that need not wait; the others are nominated or taken back. */
    List<Start> apply(List<Start> decided, Instant now) {
        List<Start> lasting = lasting(decided);
        for (Start start : lasting) {
            for (Preemption preemption : start.preemptions()) {
                RunningJob victim = preemption.victim();
                state.begin(victim.unpreemptible().at(victim.startedAt(), Optional.of(now), victim.savedAt()));
                departures.add(victim.key());
            }
        }
        List<Start> free = new ArrayList<>();
        for (Start start : lasting) {
            Set<JobKey> awaited = awaited(start);
            if (awaited.isEmpty()) {
                free.add(start);
            } else if (start.preemptions().isEmpty()) {
                SchedulingCycle.undo(start, state);
            } else {
                state.workload().update(start.run().unpreemptible());
                nominations.add(start, awaited);
            }
        }
        return free;
    }

    /** Without those that had to give way in the very cycle in which they started: they never start, and wait on. */
    private List<Start> lasting(List<Start> decided) {
        Set<JobKey> victims = new LinkedHashSet<>();
        for (Start start : decided) {
            start.preemptions()
                    .forEach(preemption -> victims.add(preemption.victim().key()));
        }
        Set<JobKey> brief = new LinkedHashSet<>();
        List<Start> lasting = new ArrayList<>();
        for (Start start : decided) {
            if (victims.contains(start.job().key())) {
                brief.add(start.job().key());
                state.workload().submit(start.job());
            } else {
                List<Preemption> preemptions = start.preemptions().stream()
                        .filter(preemption ->
                                !brief.contains(preemption.victim().key()))
                        .toList();
                lasting.add(new Start(start.job(), start.run(), start.placement(), preemptions, start.moves()));
            }
        }
        return lasting;
    }

    /** Who must give its hosts back before a job could start; the state is as before. */
    List<JobKey> awaitedIfStarted(Start start) {
        boolean waits = state.workload().withdraw(start.job().key()).isPresent();
        state.begin(start.run());
        List<JobKey> awaited = List.copyOf(awaited(start));
        state.stop(start.run().key());
        if (waits) {
            state.workload().submit(start.job());
        }
        return awaited;
    }

    /** Whose hosts it needs, or whose share of a queue that may use no more. */
    private Set<JobKey> awaited(Start start) {
        Set<JobKey> awaited = new LinkedHashSet<>();
        for (Preemption preemption : start.preemptions()) {
            awaited.add(preemption.victim().key());
        }
        for (PlacedPod pod : start.run().held()) {
            ClusterHost host = state.cluster().host(pod.host()).orElseThrow();
            if (host.isOverbooked()) {
                for (RunningJob run : state.workload().runningOn(host.name())) {
                    if (departures.includes(run.key())) {
                        awaited.add(run.key());
                    }
                }
            }
        }
        if (exceedsMaximum(start.run().queue())) {
            awaited.addAll(departures.all());
        }
        return awaited;
    }

    private boolean exceedsMaximum(String queue) {
        for (Optional<Queue> at = state.queues().queue(queue);
                at.isPresent();
                at = at.get().parent()) {
            for (Map.Entry<String, Long> limit : at.get().spec().max().entrySet()) {
                if (at.get().usage().amount(limit.getKey()) > limit.getValue()) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The job does not come: what was booked for it is free, and those that were not told to stop yet go on. */
    void drop(JobKey job) {
        nominations.remove(job);
        state.stop(job);
        for (RunningJob victim : nominations.spared(job)) {
            departures.remove(victim.key());
            state.workload()
                    .running(victim.key())
                    .ifPresent(run -> state.workload()
                            .update(new RunningJob(
                                    victim.job(),
                                    run.pods(),
                                    run.spares(),
                                    run.startedAt(),
                                    victim.endsAt(),
                                    run.savedAt())));
        }
    }
}
