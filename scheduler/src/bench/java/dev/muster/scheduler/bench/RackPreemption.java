package dev.muster.scheduler.bench;

import dev.muster.scheduler.cluster.ClusterSnapshot;
import dev.muster.scheduler.cycle.CyclePolicy;
import dev.muster.scheduler.placement.TreeGangPlacer;
import dev.muster.scheduler.preemption.PreemptionAnswer;
import dev.muster.scheduler.preemption.PreemptionPlan;
import dev.muster.scheduler.preemption.PreemptionPlanner;
import dev.muster.scheduler.preemption.PreemptionPolicy;
import dev.muster.scheduler.preemption.StepBudget;
import dev.muster.scheduler.queue.QueueTree;
import dev.muster.scheduler.workload.RunningJob;
import dev.muster.scheduler.workload.WaitingJob;
import dev.muster.scheduler.workload.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * 2,000 full hosts; 700 gangs of 1 to 4 hosts are less important than a gang that wants 10 hosts of one rack, the others are not. Who
 * gives way is found in at most 100 ms.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 5, time = 3)
public class RackPreemption {

    private static final int HOSTS = 2_000;
    private static final int VICTIMS = 700;

    private final ClusterSnapshot cluster = Fleet.racks(HOSTS, 25, Fleet.HOST);
    private final QueueTree queues = new QueueTree(List.of());
    private final Workload workload = new Workload(CyclePolicy.Order.MUSTER.comparator());
    private final WaitingJob wanted =
            Fleet.job("wanted", "default", 5, Fleet.hosts(10).withTopology(Fleet.required("rack")), Optional.empty());
    private final PreemptionPlanner planner = new PreemptionPlanner(
            new TreeGangPlacer(), new PreemptionPolicy(true, false, false, true, Duration.ofMinutes(5)));

    @Setup
    public void fill() {
        RandomGenerator random = Fleet.random();
        queues.capacity(cluster.capacity());
        int victims = 0;
        for (int host = 0; host < HOSTS; ) {
            int size = Math.min(HOSTS - host, random.nextInt(1, 5));
            boolean victim = victims < VICTIMS && random.nextInt(8) > 0;
            victims += victim ? 1 : 0;
            List<String> hosts = new ArrayList<>();
            for (int end = host + size; host < end; host++) {
                hosts.add("h" + host);
            }
            run(hosts, victim ? 0 : 9);
        }
        workload.submit(wanted);
    }

    private void run(List<String> hosts, int priority) {
        WaitingJob job =
                Fleet.job("j" + hosts.get(0), "default", priority, Fleet.hosts(hosts.size()), Optional.empty());
        RunningJob run = Fleet.running(job, hosts);
        workload.begin(run);
        run.held().forEach(pod -> cluster.allocate(pod.host(), pod.request()));
        queues.charge(run.queue(), run.total());
    }

    @Benchmark
    public PreemptionAnswer plan() {
        PreemptionAnswer answer = planner.plan(cluster, queues, workload, wanted, Fleet.NOW, StepBudget.ofCycle());
        if (!(answer instanceof PreemptionPlan)) {
            throw new IllegalStateException("there is a way, and none was found: " + answer);
        }
        return answer;
    }
}
