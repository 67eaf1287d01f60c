package dev.muster.scheduler.simulation;

import dev.muster.scheduler.cluster.ClusterSnapshot;
import dev.muster.scheduler.cluster.ClusterSpec;
import dev.muster.scheduler.cycle.Change;
import dev.muster.scheduler.cycle.CyclePolicy;
import dev.muster.scheduler.cycle.CycleResult;
import dev.muster.scheduler.cycle.Preemption;
import dev.muster.scheduler.cycle.SchedulingCycle;
import dev.muster.scheduler.cycle.SchedulingState;
import dev.muster.scheduler.cycle.Start;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.placement.ConsolidatingPlacer;
import dev.muster.scheduler.placement.GangPlacer;
import dev.muster.scheduler.placement.TreeGangPlacer;
import dev.muster.scheduler.queue.QueueTree;
import dev.muster.scheduler.workload.RunningJob;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;

/**
 * Lets the jobs of a trace come, run and end on virtual time, with the real {@link SchedulingCycle} to decide.
 *
 * <p>Goals: the times of each job, the same for the same input whatever machine it runs on; only how long decisions took differs.
 *
 * <p>Constraints: a job is a gang of pods of one accelerator each. Queues of the trace count where the cluster declares queues; else
 * all jobs share one queue. A job that is stopped keeps what it has done and needs {@link TraceSettings#restart} more. Maintenance
 * windows are dates, which a trace does not have: they play no part.
 *
 * <p>Algorithm: time goes from event to event. At one second jobs end first, then others are submitted, in the order of the file,
 * then a cycle decides; if it stopped jobs, they wait again and it is asked once more, until it stops nobody.
 *
 * <p>Example: one host of 2. A of 2 runs from 0 to 10, B of 1 comes at 5 and starts at 10, when A's room is free.
 *
 * <p>Complexity: one cycle for each second at which something happens; beside it, the logarithm of the number of jobs for each event.
 */
public final class TraceSimulator {

    private static final int MOST_CYCLES_AT_ONCE = 100;

    private final TraceSettings settings;
    private final LongSupplier nanoClock;
    private final SchedulingCycle cycle;
    private final SchedulingState state;
    private final TraceGangs gangs;
    private final List<TraceRun> runs = new ArrayList<>();
    private final PriorityQueue<End> ends = new PriorityQueue<>(End.ORDER);
    private final Percentiles cycleNanos = new Percentiles();

    /** When a job will end, as far as known when it was said. */
    private record End(long at, int index, int attempt) {
        static final Comparator<End> ORDER =
                Comparator.comparingLong(End::at).thenComparingInt(End::index).thenComparingInt(End::attempt);
    }

    /**
     * For one run.
     *
     * @param nanoClock measures how long decisions take; nothing else depends on it
     * @throws IllegalArgumentException when the cluster has no accelerators
     */
    public TraceSimulator(ClusterSpec spec, TraceSettings settings, LongSupplier nanoClock) {
        this.settings = settings;
        this.nanoClock = nanoClock;
        GangPlacer placer = settings.placement() == TraceSettings.Hosts.CONSOLIDATE
                ? ConsolidatingPlacer.of(spec)
                : new TreeGangPlacer();
        this.cycle = new SchedulingCycle(placer, policy(spec, settings));
        ClusterSnapshot cluster = new ClusterSnapshot(spec.levels());
        spec.hosts().forEach(cluster::putHost);
        QueueTree queues = new QueueTree(spec.queues(), spec.policy().halfLife());
        this.state = SchedulingState.of(cluster, queues, List.of(), settings.order());
        this.gangs = new TraceGangs(state, placer, settings, !spec.queues().isEmpty());
        if (cluster.capacity().amount(ResourceVector.ACCELERATORS) == 0) {
            throw new IllegalArgumentException("the cluster has no accelerators; give its hosts some");
        }
    }

    private static CyclePolicy policy(ClusterSpec spec, TraceSettings settings) {
        CyclePolicy usual = CyclePolicy.of(spec.policy());
        return new CyclePolicy(
                settings.order(),
                settings.backfill(),
                // Who would have to give way is worked out for hosts as the cluster chooses them.
                usual.preemption() && settings.placement() == TraceSettings.Hosts.TOPOLOGY,
                false,
                usual.priorityAcrossQueues(),
                settings.restart(),
                false,
                usual.plansPerQueue(),
                usual.plans());
    }

    /**
     * Simulates a trace from its first submission to its last end.
     *
     * @param progress hears how many jobs have ended, now and then
     * @throws TraceException when a job names no queue of the cluster, or could never run
     */
    public TraceOutcome run(List<TraceJob> jobs, IntConsumer progress) {
        long began = nanoClock.getAsLong();
        gangs.take(jobs);
        jobs.forEach(job -> runs.add(new TraceRun(job, settings.walltime().of(job.durationSeconds()))));
        List<Integer> submits = new ArrayList<>();
        for (int index = 0; index < jobs.size(); index++) {
            submits.add(index);
        }
        submits.sort(Comparator.comparingLong(index -> jobs.get(index).submitSeconds()));
        int next = 0;
        int ended = 0;
        Optional<Instant> wake = Optional.empty();
        while (ended < jobs.size()) {
            long now = nextMoment(
                    next < submits.size() ? jobs.get(submits.get(next)).submitSeconds() : Long.MAX_VALUE, wake);
            state.queues().advance(Instant.ofEpochSecond(now));
            ended += finish(now);
            while (next < submits.size() && jobs.get(submits.get(next)).submitSeconds() <= now) {
                submit(submits.get(next));
                next++;
            }
            wake = decide(now);
            progress.accept(ended);
        }
        return outcome(nanoClock.getAsLong() - began);
    }

    /** The second of the next event. */
    private long nextMoment(long nextSubmit, Optional<Instant> wake) {
        while (!ends.isEmpty() && isVoid(ends.element())) {
            ends.remove();
        }
        long nextEnd = ends.isEmpty() ? Long.MAX_VALUE : ends.element().at();
        long nextWake = wake.map(Instant::getEpochSecond).orElse(Long.MAX_VALUE);
        long next = Math.min(Math.min(nextSubmit, nextEnd), nextWake);
        if (next == Long.MAX_VALUE) {
            throw new IllegalStateException(
                    state.workload().waiting().size() + " jobs wait, none runs, and nothing will happen any more");
        }
        return next;
    }

    private boolean isVoid(End end) {
        TraceRun run = runs.get(end.index());
        return run.hasEnded() || run.attempt() != end.attempt();
    }

    private int finish(long now) {
        int ended = 0;
        while (!ends.isEmpty() && ends.element().at() <= now) {
            End end = ends.remove();
            if (!isVoid(end)) {
                runs.get(end.index()).finish(now);
                state.stop(gangs.key(end.index()));
                ended++;
            }
        }
        return ended;
    }

    private void submit(int index) {
        state.workload().submit(gangs.waiting(index, runs.get(index)));
    }

    /** Lets cycles decide until one stops nobody; answers when time alone may change something. */
    private Optional<Instant> decide(long now) {
        Instant moment = Instant.ofEpochSecond(now);
        for (int round = 0; round < MOST_CYCLES_AT_ONCE; round++) {
            long began = nanoClock.getAsLong();
            CycleResult result = cycle.decide(state, moment);
            cycleNanos.add(nanoClock.getAsLong() - began);
            boolean stopped = false;
            for (Start start : result.starts()) {
                stopped |= note(start, now);
            }
            if (!stopped || settings.order().repacks()) {
                return result.nextChange();
            }
        }
        throw new IllegalStateException("after " + MOST_CYCLES_AT_ONCE + " cycles at second " + now
                + " jobs are still stopped for others; report this trace");
    }

    /** Answers whether somebody was stopped for it. */
    private boolean note(Start start, long now) {
        long restartSeconds = settings.restart().toSeconds();
        for (Preemption preemption : start.preemptions()) {
            int index = TraceGangs.indexOf(preemption.victim().key());
            runs.get(index).preempt(now, restartSeconds);
            submit(index);
        }
        for (Change move : start.moves()) {
            move(move.after(), now, restartSeconds);
        }
        int index = TraceGangs.indexOf(start.job().key());
        TraceRun run = runs.get(index);
        ends.add(new End(run.start(now, hosts(start.run())), index, run.attempt()));
        return !start.preemptions().isEmpty();
    }

    /** A gang that goes on elsewhere needs longer, and claims so much more. */
    private void move(RunningJob after, long now, long restartSeconds) {
        int index = TraceGangs.indexOf(after.key());
        TraceRun run = runs.get(index);
        ends.add(new End(run.move(now, restartSeconds, hosts(after)), index, run.attempt()));
        state.replace(new RunningJob(
                after.job(),
                after.pods(),
                after.spares(),
                after.startedAt(),
                after.endsAt().map(end -> end.plusSeconds(restartSeconds)),
                after.savedAt()));
    }

    private static int hosts(RunningJob run) {
        Set<String> hosts = new LinkedHashSet<>();
        run.pods().forEach(pod -> hosts.add(pod.host()));
        return hosts.size();
    }

    private TraceOutcome outcome(long wallNanos) {
        List<JobTimes> times = new ArrayList<>(runs.size());
        long held = 0;
        for (TraceRun run : runs) {
            times.add(run.times());
            held += run.heldSeconds();
        }
        long accelerators = state.cluster().capacity().amount(ResourceVector.ACCELERATORS);
        return new TraceOutcome(times, TraceSummary.of(times, accelerators, held, cycleNanos, wallNanos));
    }
}
