package dev.muster.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real processes under random kills and pauses, shorter and longer than leases: every job that was acknowledged is done, and done
 * once. A minute long; {@code -Dchaos.seconds=600} is longer, {@code -Dseed=42} draws the same victims as long as they are as well.
 */
class ChaosIT {

    private static final int HOSTS = 8;
    private static final int ETCD_MEMBERS = 3;
    private static final Duration ISOLATION = Duration.ofSeconds(20);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(13);
    private static final Duration SETTLES_WITHIN = Duration.ofMinutes(5);
    private static final Duration LASTS = Duration.ofSeconds(Integer.getInteger("chaos.seconds", 60));
    private static final long LOOK_MILLIS = 100;
    private static final int MOST_AHEAD = 12;

    @TempDir
    Path directory;

    @Test
    void withThreeEtcdMembersAndTwoControllersEveryAcknowledgedJobIsDoneExactlyOnce() {
        try (HighlyAvailableCluster cluster =
                new HighlyAvailableCluster(directory, ETCD_MEMBERS, HOSTS, "--isolation-timeout", isolation())) {
            assertThatAllIsDoneOnce(cluster.servers(), victims(cluster), LASTS);
        }
    }

    @Test
    void withOneControllerAndItsOwnStoreEveryAcknowledgedJobIsDoneExactlyOnce() {
        try (RealCluster cluster = new RealCluster(directory, HOSTS, 2, "--isolation-timeout", isolation())) {
            assertThatAllIsDoneOnce("127.0.0.1:" + cluster.port(), victims(cluster), LASTS.dividedBy(4));
        }
    }

    private static String isolation() {
        return ISOLATION.toSeconds() + "s";
    }

    private void assertThatAllIsDoneOnce(String servers, List<Victim> victims, Duration lasts) {
        long seed = Long.getLong("seed", System.nanoTime());
        Chaos chaos = new Chaos(seed, LONGEST_PAUSE, victims, System.nanoTime());
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        try (GangStream gangs = new GangStream(servers, directory.resolve("scratch"), seed)) {
            ScheduledFuture<?> looking = clock.scheduleWithFixedDelay(
                    () -> chaos.look(System.nanoTime()), 0, LOOK_MILLIS, TimeUnit.MILLISECONDS);
            long end = System.nanoTime() + lasts.toNanos();
            await("chaos of seed " + seed)
                    .atMost(lasts.plus(SETTLES_WITHIN))
                    .pollInterval(Duration.ofMillis(LOOK_MILLIS))
                    .until(() -> {
                        requireNoMistake(looking);
                        if (gangs.acknowledged() - gangs.done().size() < MOST_AHEAD) {
                            gangs.submitNext();
                        }
                        return System.nanoTime() - end >= 0;
                    });
            chaos.heal(System.nanoTime());
            System.out.println("chaos of seed " + seed + ": " + gangs.acknowledged() + " jobs, " + chaos.summary() + " "
                    + chaos.endedByThemselves());
            await("every acknowledged job has finished, with seed " + seed + ", after " + chaos.told())
                    .atMost(SETTLES_WITHIN)
                    .pollInterval(Duration.ofSeconds(1))
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(gangs.unfinished()).isEmpty());
            requireNoMistake(looking);
            assertThat(gangs.names()).isNotEmpty();
            assertThat(gangs.done())
                    .as("done, with seed %d, after %s", seed, chaos.told())
                    .containsExactlyInAnyOrderElementsOf(gangs.names());
        } finally {
            stop(clock);
        }
    }

    /** What chaos itself threw would else be heard by nobody. */
    private static void requireNoMistake(ScheduledFuture<?> looking) {
        if (looking.isDone()) {
            try {
                looking.get();
            } catch (ExecutionException mistake) {
                throw new AssertionError("chaos ended", mistake.getCause());
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Nobody is started any more once this returns. */
    private static void stop(ScheduledExecutorService clock) {
        clock.shutdownNow();
        try {
            assertThat(clock.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<Victim> victims(HighlyAvailableCluster cluster) {
        List<Victim> victims = new ArrayList<>();
        for (EtcdMember member : cluster.etcdMembers()) {
            victims.add(new Victim(
                    Victim.Kind.ETCD,
                    member.name(),
                    () -> cluster.process(member.name()),
                    () -> cluster.launchEtcd(member),
                    () -> cluster.isHealthy(member)));
        }
        for (String name : HighlyAvailableCluster.CONTROLLERS) {
            victims.add(new Victim(
                    Victim.Kind.CONTROLLER,
                    name,
                    () -> cluster.process(name),
                    () -> cluster.launchController(name),
                    () -> !cluster.readiness(name).isEmpty()));
        }
        IntStream.rangeClosed(1, HOSTS).mapToObj(n -> "n" + n).forEach(host -> {
            victims.add(new Victim(
                    Victim.Kind.AGENT,
                    host,
                    () -> cluster.process(host),
                    () -> cluster.launchAgent(host),
                    () -> cluster.isRegistered(host)));
        });
        return victims;
    }

    private static List<Victim> victims(RealCluster cluster) {
        List<Victim> victims = new ArrayList<>();
        victims.add(new Victim(
                Victim.Kind.CONTROLLER,
                "controller",
                cluster::controllerProcess,
                cluster::launchController,
                () -> cluster.isReady("controller")));
        IntStream.rangeClosed(1, HOSTS).forEach(n -> {
            String host = "n" + n;
            victims.add(new Victim(
                    Victim.Kind.AGENT,
                    host,
                    () -> cluster.agentProcess(host),
                    () -> cluster.launchAgent(host, RealCluster.path(n)),
                    () -> cluster.isReady(host)));
        });
        return victims;
    }
}
