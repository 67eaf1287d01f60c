package dev.muster.scheduler.bench;

import dev.muster.scheduler.cluster.ClusterSnapshot;
import dev.muster.scheduler.placement.GangRequest;
import dev.muster.scheduler.placement.TreeGangPlacer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;
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

/** Jobs of one host come and go on 10,000 hosts, 90 % full: at least 200,000 placements, each with a release, in a second. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class OneHostJobs {

    private final TreeGangPlacer placer = new TreeGangPlacer();
    private final ClusterSnapshot cluster = Fleet.racks(10_000, 32, Fleet.HOST);
    private final GangRequest job = Fleet.hosts(1);
    private final Deque<String> running = new ArrayDeque<>();

    /** Those that run end in no order that has to do with where they lie. */
    @Setup
    public void fill() {
        List<String> hosts = new ArrayList<>();
        for (int host = 0; host < 10_000; host++) {
            hosts.add("h" + host);
        }
        Collections.shuffle(hosts, new Random(1));
        hosts.subList(0, 9_000).forEach(host -> cluster.allocate(host, Fleet.HOST));
        running.addAll(hosts.subList(0, 9_000));
    }

    @Benchmark
    public String placeAndRelease() {
        String host = placer.place(job, cluster).placed().orElseThrow().hosts().get(0);
        cluster.allocate(host, Fleet.HOST);
        running.add(host);
        cluster.release(running.remove(), Fleet.HOST);
        return host;
    }
}
