package dev.muster.scheduler.bench;

import dev.muster.scheduler.cluster.ClusterSnapshot;
import dev.muster.scheduler.cluster.QueueSpec;
import dev.muster.scheduler.cycle.CyclePolicy;
import dev.muster.scheduler.cycle.CycleResult;
import dev.muster.scheduler.cycle.SchedulingCycle;
import dev.muster.scheduler.cycle.SchedulingState;
import dev.muster.scheduler.cycle.Start;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.placement.GangRequest;
import dev.muster.scheduler.placement.TreeGangPlacer;
import dev.muster.scheduler.queue.QueueTree;
import dev.muster.scheduler.workload.RunningJob;
import dev.muster.scheduler.workload.WaitingJob;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A whole cycle over 10,000 waiting jobs of mixed sizes in four queues, on 5,000 full hosts of 8 accelerators, after one job has ended:
 * few start, most are blocked. At most 50 ms.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 60)
@Measurement(iterations = 200)
public class BusyCycle {

    private static final int HOSTS = 5_000;
    private static final int QUEUES = 4;
    private static final int[] SIZES = {1, 2, 4, 8, 16, 32, 64, 128};

    private final RandomGenerator random = Fleet.random();
    private final SchedulingCycle cycle = new SchedulingCycle(new TreeGangPlacer(), CyclePolicy.DEFAULT);
    private SchedulingState state =
            SchedulingState.of(new ClusterSnapshot(List.of()), new QueueTree(List.of()), List.of());
    private Instant now = Fleet.NOW;
    private int submitted;

    @Setup(Level.Trial)
    public void fill() {
        List<QueueSpec> queues = new ArrayList<>();
        for (int queue = 0; queue < QUEUES; queue++) {
            queues.add(QueueSpec.unlimited("q" + queue));
        }
        state = SchedulingState.of(Fleet.racks(HOSTS, 32, Fleet.HOST), new QueueTree(queues), List.of());
        while (state.cluster().root().usedHosts() < HOSTS) {
            submit();
            cycle.decide(state, now);
        }
        while (state.workload().waiting().size() < 10_000) {
            submit();
        }
        cycle.decide(state, now);
    }

    private void submit() {
        int left = HOSTS - state.cluster().root().usedHosts();
        int size = SIZES[random.nextInt(SIZES.length)];
        GangRequest request = Fleet.hosts(left == 0 ? size : Math.min(size, left));
        request = switch (random.nextInt(4)) {
            case 0 -> request.withTopology(Fleet.preferred("rack"));
            case 1 -> request.pods() <= 32 && left == 0 ? request.withTopology(Fleet.required("rack")) : request;
            default -> request;
        };
        WaitingJob job = Fleet.job(
                "j" + submitted++,
                "q" + random.nextInt(QUEUES),
                left == 0 ? random.nextInt(3) : 2,
                request,
                Optional.of(Duration.ofMinutes(random.nextInt(10, 2_000))));
        state.workload().submit(job);
    }

    /** One job ends; as many wait as before. */
    @Setup(Level.Invocation)
    public void oneEnds() {
        now = now.plusSeconds(1);
        List<RunningJob> running = new ArrayList<>(state.workload().running());
        JobKey gone = running.get(random.nextInt(running.size())).key();
        state.queues().advance(now);
        state.stop(gone);
        while (state.workload().waiting().size() < 10_000) {
            submitBlocked();
        }
    }

    private void submitBlocked() {
        GangRequest request = Fleet.hosts(SIZES[random.nextInt(SIZES.length)]);
        state.workload()
                .submit(Fleet.job(
                        "j" + submitted++,
                        "q" + random.nextInt(QUEUES),
                        random.nextInt(3),
                        request,
                        Optional.of(Duration.ofMinutes(random.nextInt(10, 2_000)))));
    }

    @Benchmark
    public CycleResult decide() {
        CycleResult result = cycle.decide(state, now);
        for (Start start : result.starts()) {
            start.preemptions().stream()
                    .filter(preemption -> preemption.left().isEmpty())
                    .forEach(preemption ->
                            state.workload().submit(preemption.victim().job()));
        }
        return result;
    }
}
