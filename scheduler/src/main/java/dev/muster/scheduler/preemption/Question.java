package dev.muster.scheduler.preemption;

import dev.muster.scheduler.cluster.ClusterHost;
import dev.muster.scheduler.cluster.ClusterSnapshot;
import dev.muster.scheduler.cluster.RoomCounts;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.placement.GangPlacer;
import dev.muster.scheduler.placement.GangRequest;
import dev.muster.scheduler.queue.QueueTree;
import dev.muster.scheduler.topology.Levels;
import dev.muster.scheduler.workload.WaitingJob;
import dev.muster.scheduler.workload.Workload;
import java.time.Instant;
import java.util.Optional;

/** A job that has no room, and everything that decides whether it gets some. Nothing of it is changed. */
record Question(
        GangPlacer placer,
        PreemptionPolicy policy,
        ClusterSnapshot cluster,
        QueueTree queues,
        Workload workload,
        WaitingJob job,
        Instant now) {

    /** The same for another job. */
    Question of(WaitingJob other) {
        return new Question(placer, policy, cluster, queues, workload, other, now);
    }

    /** The smallest gang with which the job starts. */
    GangRequest least() {
        GangRequest request = job.request();
        int granule = request.granule();
        int pods = Math.min(request.pods(), (request.minPods() + granule - 1) / granule * granule);
        GangRequest smallest = request.withPods(pods, pods);
        return request.sparesOptional() ? smallest.withSpares(0, true) : smallest;
    }

    /** What the smallest gang takes. */
    ResourceVector leastTotal() {
        return least().leastTotal();
    }

    /** Counters to try changes on. */
    RoomCounts room() {
        return placer.counts(least(), cluster).fork();
    }

    /** A host by its name; empty when it is of no use to the job. */
    Optional<ClusterHost> host(String name) {
        boolean avoided = job.request().avoidHosts().contains(name);
        return avoided
                ? Optional.empty()
                : cluster.host(name).filter(host -> host.exclusion().isEmpty());
    }

    /** The depth of the domains that the job never spans; that of hosts is the deepest. */
    int requiredDepth() {
        return job.request()
                .topology()
                .required()
                .map(level -> cluster.levels().depthOf(level).orElse(0))
                .orElse(0);
    }

    /** Whether the whole gang must share one host. */
    boolean onOneHost() {
        return requiredDepth() == hostDepth();
    }

    int hostDepth() {
        Levels levels = cluster.levels();
        return levels.innermost() + 1;
    }
}
