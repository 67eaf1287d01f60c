package dev.muster.controller.state;

import dev.muster.controller.state.PlacementRecord.HostAssignment;
import dev.muster.scheduler.job.CheckpointSpec;
import dev.muster.scheduler.job.GangSpec;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.job.JobSpec;
import dev.muster.scheduler.job.ProcessLayout;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.job.RestartSpec;
import dev.muster.scheduler.job.TemplateSpec;
import dev.muster.scheduler.job.TopologySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** What the stories of these tests are about: a job of 3 hosts with 2 accelerators each and 1 spare. */
public final class Jobs {

    public static final String UID = "job-uid";
    public static final Instant START = Instant.parse("2026-11-23T08:00:00Z");
    public static final int ACCELERATORS_PER_HOST = 2;
    public static final Duration CHECKPOINT_GRACE = Duration.ofMinutes(2);

    private Jobs() {}

    public static JobSpec spec() {
        return spec(RestartSpec.DEFAULT, Optional.of("SIGUSR1"));
    }

    public static JobSpec specWithoutSignal() {
        return spec(RestartSpec.DEFAULT, Optional.empty());
    }

    public static JobSpec spec(int maxRestarts, int fuseFailures, Duration fuseWithin) {
        RestartSpec.Fuse fuse = new RestartSpec.Fuse(fuseFailures, fuseWithin);
        return spec(
                restart(maxRestarts, RestartSpec.DEFAULT.maxInfrastructureRestarts(), fuse), Optional.of("SIGUSR1"));
    }

    /** One whose hosts may die so often. */
    static JobSpec specOutliving(int hostsLost) {
        return spec(restart(50, hostsLost, RestartSpec.DEFAULT.fuse()), Optional.of("SIGUSR1"));
    }

    private static RestartSpec restart(int maxRestarts, int maxInfrastructureRestarts, RestartSpec.Fuse fuse) {
        return new RestartSpec(
                maxRestarts,
                maxInfrastructureRestarts,
                fuse,
                Duration.ofMinutes(10),
                Duration.ofMinutes(10),
                Optional.empty());
    }

    private static JobSpec spec(RestartSpec restart, Optional<String> signal) {
        return new JobSpec(
                new JobKey("research", "llama"),
                "research",
                0,
                new GangSpec(
                        3,
                        3,
                        1,
                        ResourceVector.of(ACCELERATORS_PER_HOST, 4000, 1L << 30),
                        Optional.empty(),
                        ProcessLayout.PER_ACCELERATOR),
                TopologySpec.ANYWHERE,
                Optional.of(Duration.ofDays(3)),
                true,
                Duration.ZERO,
                Optional.of(new CheckpointSpec("/ckpt/llama", signal, CHECKPOINT_GRACE)),
                restart,
                TemplateSpec.ofCommand(List.of("python3", "train.py"), Map.of()));
    }

    public static PlacementRecord placement(int attempt, Instant at, List<String> hosts, List<String> spares) {
        List<HostAssignment> ranked = new ArrayList<>();
        for (String host : hosts) {
            int nodeRank = ranked.size();
            ranked.add(new HostAssignment(
                    host, List.of("r1"), nodeRank, nodeRank * ACCELERATORS_PER_HOST, ACCELERATORS_PER_HOST));
        }
        List<HostAssignment> idle = spares.stream()
                .map(host -> new HostAssignment(host, List.of("r1"), HostAssignment.SPARE, 0, 0))
                .toList();
        return new PlacementRecord(
                UID, attempt, ranked, idle, hosts.get(0), 29500, at, Optional.empty(), Optional.empty(), "");
    }

    public static Progress progress(long step, long checkpoint, Instant at) {
        return new Progress(step, checkpoint, OptionalDouble.empty(), 0, 0, at);
    }
}
