package dev.muster.scheduler.preemption;

import dev.muster.scheduler.cluster.QueueSpec;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.job.SliceSpec;
import dev.muster.scheduler.job.Spread;
import dev.muster.scheduler.job.TopologySpec;
import dev.muster.scheduler.placement.GangRequest;
import dev.muster.scheduler.placement.Placement;
import dev.muster.scheduler.placement.TreeGangPlacer;
import dev.muster.scheduler.workload.PlacedPod;
import dev.muster.scheduler.workload.RunningJob;
import dev.muster.scheduler.workload.WaitingJob;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** A random cluster of a few hosts with a few gangs in a few queues, and a job that would like to start. */
final class SmallWorld {

    static final boolean LEADERS = Boolean.getBoolean("leaders");
    final RandomGenerator random;
    final List<String> levels;
    final List<QueueSpec> queues = new ArrayList<>();
    final BusyCluster cluster;
    final WaitingJob job;

    SmallWorld(RandomGenerator random, boolean movable) {
        this.random = random;
        this.levels = List.of("block", "rack").subList(0, random.nextInt(3));
        addQueues();
        this.cluster = new BusyCluster(levels, queues.toArray(new QueueSpec[0]));
        int hosts = random.nextInt(1, 7);
        for (int host = 0; host < hosts; host++) {
            List<String> path = new ArrayList<>();
            levels.forEach(level -> path.add(level.charAt(0) + "" + random.nextInt(2)));
            cluster.host("h" + host, String.join("/", path), resources(random.nextInt(1, 5), random.nextInt(1, 5)));
        }
        int gangs = random.nextInt(1, 8);
        for (int gang = 0; gang < gangs; gang++) {
            start("g" + gang, movable);
        }
        this.job = asked("job", random.nextInt(1, 5), false);
    }

    static ResourceVector resources(long gpus, long cpus) {
        return BusyCluster.amounts("gpu", gpus, "cpu", cpus);
    }

    private void addQueues() {
        int count = random.nextInt(1, 5);
        for (int index = 0; index < count; index++) {
            String parent = index == 0 || random.nextInt(3) > 0 ? QueueSpec.ROOT : "q" + random.nextInt(index);
            TreeMap<String, Long> max = new TreeMap<>();
            long guaranteed = parent.equals(QueueSpec.ROOT) ? random.nextInt(6) : random.nextInt(2);
            if (random.nextInt(4) == 0) {
                max.put("gpu", guaranteed + random.nextInt(6));
            }
            boolean covered = queues.stream().noneMatch(queue -> queue.name().equals(parent));
            ResourceVector share = BusyCluster.gpus(covered ? guaranteed : 0);
            queues.add(new QueueSpec("q" + index, parent, share, max, random.nextInt(1, 3), random.nextInt(4) > 0));
        }
    }

    private WaitingJob asked(String name, int pods, boolean movable) {
        long gpus = random.nextInt(4) == 0 ? 0 : random.nextInt(1, 4);
        ResourceVector perPod = resources(gpus, gpus == 0 ? 1 : random.nextInt(2));
        WaitingJob asked = BusyCluster.job(name, "q" + random.nextInt(queues.size()), random.nextInt(3), pods, perPod);
        GangRequest request = asked.request().withTopology(topology(pods));
        int granule = request.granule();
        if (random.nextInt(3) == 0) {
            request = request.withPods(pods, Math.max(granule, random.nextInt(1, pods + 1) / granule * granule));
        }
        if (random.nextInt(4) == 0) {
            request = request.withPodsPerHost(1);
        }
        if (random.nextInt(6) == 0) {
            request = request.withSpares(1, random.nextBoolean());
        }
        if (random.nextInt(6) == 0) {
            request = LEADERS ? request.withLeader(Optional.of(resources(0, 1))) : request;
        }
        asked = asked.with(request);
        if (random.nextInt(6) == 0) {
            asked = BusyCluster.notPreemptible(asked);
        }
        if (random.nextInt(5) == 0) {
            asked = BusyCluster.safeFor(Duration.ofSeconds(random.nextInt(100)), asked);
        }
        return movable && random.nextBoolean() ? BusyCluster.movable(asked) : asked;
    }

    private TopologySpec topology(int pods) {
        Optional<String> required = levels.isEmpty() || random.nextBoolean()
                ? Optional.empty()
                : Optional.of(random.nextInt(6) == 0 ? "host" : levels.get(random.nextInt(levels.size())));
        List<SliceSpec> slices = !levels.isEmpty() && pods % 2 == 0 && random.nextInt(4) == 0
                ? List.of(new SliceSpec(2, levels.get(levels.size() - 1)))
                : List.of();
        return new TopologySpec(required, Optional.empty(), slices, Spread.PACKED);
    }

    private void start(String name, boolean movable) {
        WaitingJob asked = asked(name, random.nextInt(1, 4), movable);
        Optional<Placement> found =
                new TreeGangPlacer().place(asked.request(), cluster.snapshot).placed();
        if (found.isEmpty()) {
            return;
        }
        List<PlacedPod> pods = Settlement.pods(asked.request(), found.get());
        List<PlacedPod> spares = Settlement.spares(asked.request(), found.get());
        cluster.begin(new RunningJob(
                asked,
                pods,
                spares,
                BusyCluster.NOW.minusSeconds(10L * random.nextInt(10)),
                Optional.empty(),
                random.nextInt(4) == 0 ? Optional.of(BusyCluster.NOW.minusSeconds(5)) : Optional.empty()));
    }
}
