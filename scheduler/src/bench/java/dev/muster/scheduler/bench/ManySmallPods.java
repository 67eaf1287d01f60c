package dev.muster.scheduler.bench;

import dev.muster.scheduler.cluster.ClusterSnapshot;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.placement.GangRequest;
import dev.muster.scheduler.placement.PlacementResult;
import dev.muster.scheduler.placement.TreeGangPlacer;
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

/** 2,304 pods that take a ninth of a host each, on 2,500 hosts, near each other by rack: at most 1 ms and 1 MB (with -prof gc). */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class ManySmallPods {

    private final TreeGangPlacer placer = new TreeGangPlacer();
    private final ClusterSnapshot cluster = Fleet.racks(2_500, 50, ResourceVector.of(9, 0, 0));
    private final GangRequest gang =
            GangRequest.of(2_304, ResourceVector.of(1, 0, 0)).withTopology(Fleet.preferred("rack"));

    /** Every third host is partly in use. */
    @Setup
    public void fill() {
        for (int host = 0; host < 2_500; host += 3) {
            cluster.allocate("h" + host, ResourceVector.of(1 + host % 8, 0, 0));
        }
    }

    @Benchmark
    public PlacementResult place() {
        return placer.place(gang, cluster);
    }
}
