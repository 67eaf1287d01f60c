package dev.muster.scheduler.bench;

import dev.muster.scheduler.cluster.ClusterSnapshot;
import dev.muster.scheduler.cluster.QueueSpec;
import dev.muster.scheduler.cycle.CyclePolicy;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.placement.GangRequest;
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
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
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
 * 500 hosts full of jobs of one accelerator, whose queue can lose 79 before it falls below its guarantee; a gang of another queue needs
 * 80. That there is no way is known in at most 10 ms.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class RefusedReclaim {

    private static final int HOSTS = 500;
    private static final ResourceVector ONE = ResourceVector.of(1, 0, 0);

    private final ClusterSnapshot cluster = Fleet.racks(HOSTS, 20, Fleet.HOST);
    private final QueueTree queues = new QueueTree(List.of(queue("owner", 3_921), queue("other", 79)));
    private final Workload workload = new Workload(CyclePolicy.Order.MUSTER.comparator());
    private final WaitingJob wanted = Fleet.job("wanted", "other", 0, GangRequest.of(10, Fleet.HOST), Optional.empty());
    private final PreemptionPlanner planner = new PreemptionPlanner(
            new TreeGangPlacer(), new PreemptionPolicy(true, false, false, true, Duration.ofMinutes(5)));

    private static QueueSpec queue(String name, long guaranteed) {
        return new QueueSpec(
                name, QueueSpec.ROOT, ResourceVector.of(guaranteed, 0, 0), Collections.emptySortedMap(), 1, true);
    }

    @Setup
    public void fill() {
        queues.capacity(cluster.capacity());
        for (int number = 0; number < HOSTS * 8; number++) {
            WaitingJob job = Fleet.job("o" + number, "owner", 0, GangRequest.of(1, ONE), Optional.empty());
            RunningJob run = Fleet.running(job, List.of("h" + number / 8));
            workload.begin(run);
            run.held().forEach(pod -> cluster.allocate(pod.host(), pod.request()));
            queues.charge(run.queue(), run.total());
        }
        workload.submit(wanted);
    }

    @Benchmark
    public PreemptionAnswer plan() {
        PreemptionAnswer answer = planner.plan(cluster, queues, workload, wanted, Fleet.NOW, StepBudget.ofCycle());
        if (answer instanceof PreemptionPlan) {
            throw new IllegalStateException("there is no way, and this one was found: " + answer);
        }
        return answer;
    }
}
