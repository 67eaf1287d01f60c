package dev.muster.scheduler.simulation;

import dev.muster.scheduler.cycle.SchedulingState;
import dev.muster.scheduler.document.NearestName;
import dev.muster.scheduler.document.Quoted;
import dev.muster.scheduler.explain.Rejection;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.job.SliceSpec;
import dev.muster.scheduler.job.Spread;
import dev.muster.scheduler.job.TopologySpec;
import dev.muster.scheduler.placement.GangPlacer;
import dev.muster.scheduler.placement.GangRequest;
import dev.muster.scheduler.queue.QuotaExcess;
import dev.muster.scheduler.topology.Levels;
import dev.muster.scheduler.workload.WaitingJob;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Jobs of a trace as the cycle knows them. Their names are their places in the file, so that ties are broken in its order. */
final class TraceGangs {

    /** The only queue of a cluster that declares none. */
    private static final String ONLY_QUEUE = "default";

    private static final ResourceVector ONE_ACCELERATOR = ResourceVector.of(1, 0, 0);

    private final SchedulingState state;
    private final GangPlacer placer;
    private final TraceSettings settings;
    private final int acceleratorsPerHost;
    private final boolean hasQueues;
    private final Map<Integer, GangRequest> requests = new LinkedHashMap<>();

    private final List<JobKey> keys = new ArrayList<>();

    TraceGangs(SchedulingState state, GangPlacer placer, TraceSettings settings, boolean hasQueues) {
        this.state = state;
        this.placer = placer;
        this.settings = settings;
        this.acceleratorsPerHost = state.cluster().hosts().stream()
                .mapToInt(host ->
                        (int) Math.min(Integer.MAX_VALUE, host.spec().capacity().amount(ResourceVector.ACCELERATORS)))
                .max()
                .orElse(0);
        this.hasQueues = hasQueues;
    }

    /** A job as it waits, with what it claims now. */
    WaitingJob waiting(int index, TraceRun run) {
        TraceJob job = run.job();
        return new WaitingJob(
                keys.get(index),
                queueOf(job),
                0,
                Instant.ofEpochSecond(job.submitSeconds()),
                request(job.accelerators()),
                Optional.of(Duration.ofSeconds(run.claimSeconds())),
                true,
                Duration.ZERO,
                false,
                false,
                false);
    }

    JobKey key(int index) {
        return keys.get(index);
    }

    /** The place in the file of a job that the cycle names. */
    static int indexOf(JobKey key) {
        return Integer.parseInt(key.name());
    }

    /** The very same for each number, which makes comparing them cheap. */
    private GangRequest request(int accelerators) {
        return requests.computeIfAbsent(
                accelerators, pods -> GangRequest.of(pods, ONE_ACCELERATOR).withTopology(topology(pods)));
    }

    /**
     * What a job file would ask for, which names hosts and the accelerators on each: up to a host's worth on one host; of more, the
     * largest parts into which both the gang and a host divide, each on one host, all of them on few hosts that are near.
     */
    private TopologySpec topology(int pods) {
        if (settings.placement() == TraceSettings.Hosts.CONSOLIDATE) {
            return TopologySpec.ANYWHERE;
        }
        Optional<String> host = Optional.of(Levels.HOST);
        if (pods <= acceleratorsPerHost) {
            return new TopologySpec(host, Optional.empty(), List.of(), Spread.PACKED);
        }
        int part = BigInteger.valueOf(pods)
                .gcd(BigInteger.valueOf(acceleratorsPerHost))
                .intValue();
        List<SliceSpec> parts = part == 1 ? List.of() : List.of(new SliceSpec(part, Levels.HOST));
        return new TopologySpec(Optional.empty(), host, parts, Spread.PACKED);
    }

    private String queueOf(TraceJob job) {
        return hasQueues ? job.queue() : ONLY_QUEUE;
    }

    /** Takes the jobs of a trace in the order of the file; refuses one with a job that could never run. */
    void take(List<TraceJob> jobs) {
        for (int index = 0; index < jobs.size(); index++) {
            keys.add(new JobKey(JobKey.DEFAULT_NAMESPACE, String.format("%07d", index)));
        }
        Set<String> checked = new LinkedHashSet<>();
        for (TraceJob job : jobs) {
            if (checked.add(job.accelerators() + " " + queueOf(job))) {
                check(job);
            }
        }
    }

    private void check(TraceJob job) {
        String queue = queueOf(job);
        if (!state.queues().takesJobs(queue)) {
            List<String> known = state.queues().queues().stream()
                    .map(declared -> declared.spec().name())
                    .filter(state.queues()::takesJobs)
                    .toList();
            String hint = NearestName.of(queue, known)
                    .map(nearest -> "did you mean " + nearest + "?")
                    .orElse("declare it in the cluster file, or declare no queues there");
            throw new TraceException(job.line(), "queue is " + Quoted.text(queue) + ", which does not exist; " + hint);
        }
        GangRequest request = request(job.accelerators());
        Optional<Rejection> never = placer.neverFits(request, state.cluster());
        if (never.isPresent()) {
            throw new TraceException(
                    job.line(),
                    "gpus is " + job.accelerators() + "; " + never.get().text()
                            + "; take the job out or a larger cluster");
        }
        Optional<QuotaExcess> excess = state.queues().excessWhenIdle(queue, request.leastTotal());
        if (excess.isPresent()) {
            throw new TraceException(
                    job.line(),
                    "gpus is " + job.accelerators() + "; queue " + excess.get().queue() + " may never use more than "
                            + excess.get().max() + "; raise its max or take the job out");
        }
    }
}
