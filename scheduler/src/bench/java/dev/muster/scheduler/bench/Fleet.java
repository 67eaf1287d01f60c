package dev.muster.scheduler.bench;

import dev.muster.scheduler.cluster.ClusterSnapshot;
import dev.muster.scheduler.cluster.HostSpec;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.job.Spread;
import dev.muster.scheduler.job.TopologySpec;
import dev.muster.scheduler.placement.GangRequest;
import dev.muster.scheduler.placement.TreeGangPlacer;
import dev.muster.scheduler.workload.PlacedPod;
import dev.muster.scheduler.workload.RunningJob;
import dev.muster.scheduler.workload.WaitingJob;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Large clusters to measure on; the same each time. */
final class Fleet {

    static final Instant NOW = Instant.parse("2026-11-01T00:00:00Z");
    static final ResourceVector HOST = ResourceVector.of(8, 0, 0);

    private Fleet() {}

    static RandomGenerator random() {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(1);
    }

    /** 131,072 hosts of 8 accelerators: 4 zones of 32 blocks of 16 racks of 64 hosts. */
    static ClusterSnapshot largest() {
        ClusterSnapshot cluster = new ClusterSnapshot(List.of("zone", "block", "rack"));
        for (int host = 0; host < 131_072; host++) {
            List<String> path = List.of("z" + host / 32_768, "b" + host / 1_024 % 32, "r" + host / 64 % 16);
            cluster.putHost(HostSpec.of("h" + host, path, HOST));
        }
        return cluster;
    }

    /** Racks of equal hosts in one row. */
    static ClusterSnapshot racks(int hosts, int hostsPerRack, ResourceVector host) {
        ClusterSnapshot cluster = new ClusterSnapshot(List.of("rack"));
        for (int number = 0; number < hosts; number++) {
            cluster.putHost(HostSpec.of("h" + number, List.of("r" + number / hostsPerRack), host));
        }
        return cluster;
    }

    static TopologySpec required(String level) {
        return new TopologySpec(Optional.of(level), Optional.empty(), List.of(), Spread.PACKED);
    }

    static TopologySpec preferred(String level) {
        return new TopologySpec(Optional.empty(), Optional.of(level), List.of(), Spread.PACKED);
    }

    /** Whole hosts. */
    static GangRequest hosts(int count) {
        return GangRequest.of(count, HOST).withPodsPerHost(1);
    }

    /**
     * Fills a cluster with small gangs as they come, 1, 2, 4 or 8 hosts each, a tenth more than wanted, and lets gangs by chance end until
     * the wanted part is in use: some racks stay empty, others have holes.
     */
    static void fill(ClusterSnapshot cluster, double part) {
        RandomGenerator random = random();
        TreeGangPlacer placer = new TreeGangPlacer();
        List<List<String>> gangs = new ArrayList<>();
        int hosts = cluster.hosts().size();
        int busy = 0;
        while (busy < hosts * Math.min(1, part + 0.1)) {
            List<String> taken = placer.place(hosts(1 << random.nextInt(4)), cluster)
                    .placed()
                    .orElseThrow()
                    .hosts();
            taken.forEach(host -> cluster.allocate(host, HOST));
            gangs.add(taken);
            busy += taken.size();
        }
        while (busy > hosts * part) {
            List<String> gone = gangs.remove(random.nextInt(gangs.size()));
            gone.forEach(host -> cluster.release(host, HOST));
            busy -= gone.size();
        }
    }

    static WaitingJob job(String name, String queue, int priority, GangRequest request, Optional<Duration> walltime) {
        return new WaitingJob(
                new JobKey("bench", name),
                queue,
                priority,
                NOW.minusSeconds(60),
                request,
                walltime,
                true,
                Duration.ZERO,
                false,
                false,
                false);
    }

    /** A job that has run for ten minutes on hosts that take all its pods. */
    static RunningJob running(WaitingJob job, List<String> hosts) {
        List<PlacedPod> pods = new ArrayList<>();
        for (int rank = 0; rank < hosts.size(); rank++) {
            pods.add(new PlacedPod(rank, hosts.get(rank), job.request().perPod()));
        }
        Instant started = NOW.minusSeconds(600);
        return new RunningJob(job, pods, List.of(), started, job.endsAt(started), Optional.empty());
    }
}
