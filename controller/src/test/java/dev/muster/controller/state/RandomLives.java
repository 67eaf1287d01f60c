package dev.muster.controller.state;

import dev.muster.controller.state.LifecycleEvent.Placed;
import dev.muster.scheduler.job.JobSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;

/** What may happen to a job next: mostly what makes sense in its phase, and now and then anything else. */
public final class RandomLives {

    private RandomLives() {}

    public static JobSpec spec(SplittableRandom random) {
        return Jobs.spec(random.nextInt(6), 1 + random.nextInt(4), Duration.ofMinutes(random.nextInt(5)));
    }

    public static LifecycleEvent event(SplittableRandom random, JobRecord record, Instant now) {
        int attempt = record.status().attempt();
        if (record.phase() == JobPhase.PENDING && !record.status().held() && random.nextBoolean()) {
            return new Placed(Jobs.placement(attempt + 1, now, List.of("n1", "n2", "n3"), List.of("n4", "n5")));
        }
        int epoch = random.nextInt(8) == 0 ? attempt - 1 : attempt;
        String host = "n" + (1 + random.nextInt(6));
        return switch (random.nextInt(24)) {
            case 0, 1, 2 -> new LifecycleEvent.GangRunning(epoch);
            case 3, 4, 5, 6 -> new LifecycleEvent.GangStopped(epoch);
            case 7, 8 -> new LifecycleEvent.RankFailed(epoch, host, random.nextInt(6), random.nextInt(200), "oops");
            case 9, 10 -> new LifecycleEvent.HostLost(epoch, host, "gone");
            case 11 -> new LifecycleEvent.HostFaulted(epoch, host, "xid 79");
            case 12 -> new LifecycleEvent.HostDraining(epoch, host, "");
            case 13 ->
                random.nextBoolean()
                        ? new LifecycleEvent.SpareGone(epoch, host, "gone")
                        : new LifecycleEvent.Preempted(epoch, "research/urgent");
            case 14 ->
                random.nextBoolean()
                        ? new LifecycleEvent.HangDetected(epoch, Duration.ofMinutes(10))
                        : new LifecycleEvent.StartOverdue(epoch, new TreeSet<>(List.of(host)), Duration.ofMinutes(1));
            case 15 ->
                random.nextInt(4) == 0
                        ? new LifecycleEvent.WalltimeReached(epoch)
                        : new LifecycleEvent.HostReleased(host);
            case 16 ->
                random.nextInt(4) == 0
                        ? new LifecycleEvent.GangSucceeded(epoch)
                        : new LifecycleEvent.HostReleased(host);
            case 17 ->
                random.nextInt(4) == 0 ? new LifecycleEvent.CancelRequested("") : new LifecycleEvent.GangRunning(epoch);
            case 18 ->
                random.nextBoolean()
                        ? new LifecycleEvent.HoldRequested()
                        : new LifecycleEvent.HostSuspected(host, "xid 79");
            case 19, 20 -> new LifecycleEvent.ReleaseRequested();
            default ->
                new LifecycleEvent.ProgressReported(
                        epoch, Jobs.progress(random.nextInt(1000), random.nextInt(1000), now));
        };
    }
}
