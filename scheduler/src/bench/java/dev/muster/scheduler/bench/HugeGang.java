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
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A gang of 16,384 hosts on the largest fleet, 70 % full: placed in at most 10 ms (p50), refused in at most 1 ms. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 5, time = 3)
public class HugeGang {

    private final TreeGangPlacer placer = new TreeGangPlacer();
    private final ClusterSnapshot cluster = Fleet.largest();
    private final GangRequest gang = Fleet.hosts(16_384).withTopology(Fleet.preferred("block"));
    private GangRequest tooLarge = gang;
    private GangRequest tooLargeForAZone = gang;

    @Setup
    public void fill() {
        Fleet.fill(cluster, 0.7);
        int free = cluster.hosts().size() - cluster.root().usedHosts();
        tooLarge = gang.withPods(free + 1, free + 1);
        int most = cluster.root().children().stream()
                .mapToInt(zone -> zone.hostCount() - zone.usedHosts())
                .max()
                .orElse(0);
        tooLargeForAZone = gang.withPods(most + 1, most + 1).withTopology(Fleet.required("zone"));
    }

    @Benchmark
    public PlacementResult place() {
        return placer.place(gang, cluster);
    }

    @Benchmark
    public PlacementResult refuse() {
        return placer.place(tooLarge, cluster);
    }

    @Benchmark
    public PlacementResult refuseBecauseOfTopology() {
        return placer.place(tooLargeForAZone, cluster);
    }
}
