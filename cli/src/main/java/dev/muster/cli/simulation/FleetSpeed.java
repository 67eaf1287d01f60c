package dev.muster.cli.simulation;

import dev.muster.cli.output.CommandFailure;
import dev.muster.scheduler.cluster.ClusterSnapshot;
import dev.muster.scheduler.cluster.ClusterSpec;
import dev.muster.scheduler.cluster.HostSpec;
import dev.muster.scheduler.explain.ReasonCode;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.job.TopologySpec;
import dev.muster.scheduler.placement.GangRequest;
import dev.muster.scheduler.placement.Placement;
import dev.muster.scheduler.placement.PlacementResult;
import dev.muster.scheduler.placement.TreeGangPlacer;
import dev.muster.scheduler.simulation.Percentiles;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * How fast a gang is placed on a fleet that is partly in use. The fleet is filled with small gangs: hosts in the order of the file, in
 * runs of 1, 2, 4 or 8, each busy with the probability asked for. After each placement the gang takes its hosts and gives them back, so
 * that no placement finds the counters as the one before it left them; only the placement is timed.
 */
public final class FleetSpeed {

    private static final int MOST_REPEATS = 1_000_000;
    private static final int WARM_UP = 20;
    private static final int[] RUNS = {1, 2, 4, 8};

    /**
     * What is measured.
     *
     * @param gangHosts hosts of the gang that is placed
     * @param fill the part of the fleet that is in use, 0 to 1
     * @param repeat how often it is placed, and refused
     */
    public record Settings(int gangHosts, TopologySpec topology, double fill, int repeat) {}

    /** Times in nanoseconds, and the last placement. */
    public record Outcome(
            int hosts,
            long accelerators,
            Settings settings,
            Percentiles placeNanos,
            Percentiles rejectNanos,
            Placement placement,
            long heapMebibytes) {}

    private final ClusterSnapshot cluster;
    private final TreeGangPlacer placer = new TreeGangPlacer();
    private final LongSupplier nanoTicker;
    private final ResourceVector perHost;
    private int busy;

    public FleetSpeed(ClusterSpec spec, LongSupplier nanoTicker) {
        this.nanoTicker = nanoTicker;
        this.cluster = new ClusterSnapshot(spec.levels());
        spec.hosts().forEach(cluster::putHost);
        this.perHost = spec.hosts().stream()
                .findFirst()
                .map(FleetSpeed::wholeHost)
                .orElseThrow(() -> CommandFailure.usage("the cluster file names no hosts; add some, or use generate"));
    }

    private static ResourceVector wholeHost(HostSpec host) {
        long accelerators = host.capacity().amount(ResourceVector.ACCELERATORS);
        return accelerators > 0 ? ResourceVector.of(accelerators, 0, 0) : host.capacity();
    }

    /** Fills the fleet, then places and refuses; hears now and then how many are done. */
    public Outcome measure(Settings settings, RandomGenerator random, IntConsumer progress) {
        if (settings.repeat() < 1 || settings.repeat() > MOST_REPEATS) {
            throw CommandFailure.usage("--repeat is " + settings.repeat() + "; it must be from 1 to " + MOST_REPEATS);
        }
        fill(settings.fill(), random);
        GangRequest gang =
                GangRequest.of(settings.gangHosts(), perHost).withPodsPerHost(1).withTopology(settings.topology());
        Placement placement = placed(gang);
        Percentiles place = new Percentiles();
        time(gang, settings.repeat(), place, progress);
        int granule = gang.granule();
        int tooMany = (cluster.hosts().size() - busy) / granule * granule + granule;
        Percentiles reject = new Percentiles();
        time(gang.withPods(tooMany, tooMany), settings.repeat(), reject, progress);
        long heap = (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) >> 20;
        long accelerators = cluster.capacity().amount(ResourceVector.ACCELERATORS);
        return new Outcome(cluster.hosts().size(), accelerators, settings, place, reject, placement, heap);
    }

    private Placement placed(GangRequest gang) {
        PlacementResult result = placer.place(gang, cluster);
        return result.placed().orElseThrow(() -> {
            String why = result.refused().map(rejection -> rejection.text()).orElse("it does not fit");
            boolean mistake = result.refused()
                    .filter(rejection -> rejection.code() == ReasonCode.INVALID)
                    .isPresent();
            return CommandFailure.usage(
                    "the gang cannot be placed: " + why + (mistake ? "" : "; give a smaller --gang-hosts or --fill"));
        });
    }

    private void fill(double part, RandomGenerator random) {
        List<HostSpec> hosts = new ArrayList<>();
        cluster.hosts().forEach(host -> hosts.add(host.spec()));
        for (int at = 0; at < hosts.size(); ) {
            int run = RUNS[random.nextInt(RUNS.length)];
            boolean taken = random.nextDouble() < part;
            for (int host = at; host < Math.min(hosts.size(), at + run); host++) {
                if (taken && perHost.fitsIn(hosts.get(host).capacity())) {
                    cluster.allocate(hosts.get(host).name(), perHost);
                    busy++;
                }
            }
            at += run;
        }
    }

    private void time(GangRequest gang, int repeat, Percentiles nanos, IntConsumer progress) {
        for (int round = -WARM_UP; round < repeat; round++) {
            long begin = nanoTicker.getAsLong();
            PlacementResult result = placer.place(gang, cluster);
            long took = nanoTicker.getAsLong() - begin;
            if (round >= 0) {
                nanos.add(took);
                progress.accept(round + 1);
            }
            result.placed().ifPresent(placement -> {
                placement.hosts().forEach(host -> cluster.allocate(host, perHost));
                placement.hosts().forEach(host -> cluster.release(host, perHost));
            });
        }
    }
}
