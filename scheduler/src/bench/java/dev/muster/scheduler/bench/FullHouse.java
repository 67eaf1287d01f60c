package dev.muster.scheduler.bench;

import dev.muster.scheduler.cluster.QueueSpec;
import dev.muster.scheduler.cycle.CyclePolicy;
import dev.muster.scheduler.cycle.SchedulingCycle;
import dev.muster.scheduler.cycle.SchedulingState;
import dev.muster.scheduler.placement.TreeGangPlacer;
import dev.muster.scheduler.queue.QueueTree;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** 131,072 hosts, full, and 1,000,000 waiting jobs of mixed sizes, and a cycle over them, in a heap of 2 GiB. */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgs = "-Xmx2g")
@Warmup(iterations = 0)
@Measurement(iterations = 1)
public class FullHouse {

    private static final int JOBS = 1_000_000;
    private static final int QUEUES = 50;

    /** What is left after a collection. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Heap {
        public long mebibytes;
    }

    @Benchmark
    public SchedulingState build(Heap heap) {
        RandomGenerator random = Fleet.random();
        List<QueueSpec> queues = new ArrayList<>();
        for (int queue = 0; queue < QUEUES; queue++) {
            queues.add(QueueSpec.unlimited("q" + queue));
        }
        SchedulingState state = SchedulingState.of(Fleet.largest(), new QueueTree(queues), List.of());
        for (int number = 0; number < JOBS; number++) {
            state.workload()
                    .submit(Fleet.job(
                            "j" + number,
                            "q" + random.nextInt(QUEUES),
                            random.nextInt(3),
                            Fleet.hosts(1 << random.nextInt(9)),
                            Optional.of(Duration.ofMinutes(random.nextInt(10, 10_000)))));
        }
        new SchedulingCycle(new TreeGangPlacer(), CyclePolicy.DEFAULT).decide(state, Fleet.NOW);
        System.gc();
        heap.mebibytes =
                (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) >> 20;
        return state;
    }
}
