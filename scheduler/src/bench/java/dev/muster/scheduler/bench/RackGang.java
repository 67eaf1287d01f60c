package dev.muster.scheduler.bench;

import dev.muster.scheduler.cluster.ClusterSnapshot;
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
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A gang of 64 hosts that must not leave one rack, or block, on the largest fleet, 70 % full: placed in at most 100 us (p50). */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class RackGang {

    @Param({"rack", "block"})
    public String level = "rack";

    private final TreeGangPlacer placer = new TreeGangPlacer();
    private final ClusterSnapshot cluster = Fleet.largest();
    private GangRequest gang = Fleet.hosts(64);

    @Setup
    public void fill() {
        Fleet.fill(cluster, 0.7);
        gang = gang.withTopology(Fleet.required(level));
    }

    @Benchmark
    public PlacementResult place() {
        return placer.place(gang, cluster);
    }
}
