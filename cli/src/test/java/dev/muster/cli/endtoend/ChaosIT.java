package dev.muster.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real processes under random kills and pauses: every job that was acknowledged is done, and done once. A minute long;
 * {@code -Dchaos.seconds=600} is longer, {@code -Dseed=42} chooses the same victims in the same order.
 */
class ChaosIT {

    private static final int HOSTS = 8;
    private static final Duration ISOLATION = Duration.ofSeconds(20);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(13);
    private static final Duration SETTLES_WITHIN = Duration.ofMinutes(5);
    private static final long LOOK_MILLIS = 100;
    private static final int MOST_AHEAD = 12;

    @TempDir
    Path directory;

    @Test
    void everyAcknowledgedJobIsDoneExactlyOnce() {
        long seed = Long.getLong("seed", System.nanoTime());
        Duration lasts = Duration.ofSeconds(Integer.getInteger("chaos.seconds", 60));
        try (RealCluster cluster =
                new RealCluster(directory, HOSTS, 2, "--isolation-timeout", ISOLATION.toSeconds() + "s")) {
            GangStream gangs = new GangStream(cluster, directory.resolve("scratch"), seed);
            Chaos chaos = new Chaos(seed, LONGEST_PAUSE, victims(cluster));
            long end = System.nanoTime() + lasts.toNanos();
            await("chaos")
                    .atMost(lasts.plus(SETTLES_WITHIN))
                    .pollInterval(Duration.ofMillis(LOOK_MILLIS))
                    .until(() -> {
                        chaos.look(System.nanoTime());
                        if (gangs.acknowledged() - gangs.done().size() < MOST_AHEAD) {
                            gangs.submitNext(() -> chaos.look(System.nanoTime()));
                        }
                        return System.nanoTime() >= end;
                    });
            chaos.end();
            System.out.println("chaos of seed " + seed + ": " + gangs.acknowledged() + " jobs, " + chaos.told());
            await("every acknowledged job has finished")
                    .atMost(SETTLES_WITHIN)
                    .pollInterval(Duration.ofSeconds(1))
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(gangs.unfinished()).isEmpty());
            assertThat(gangs.names()).isNotEmpty();
            assertThat(gangs.done())
                    .as("done, with seed %d, after %s", seed, chaos.told())
                    .containsExactlyInAnyOrderElementsOf(gangs.names());
        }
    }

    /** Further controllers and the servers of their store are further victims. */
    private static List<Victim> victims(RealCluster cluster) {
        List<Victim> victims = new ArrayList<>();
        victims.add(new Victim(
                "controller",
                "controller",
                cluster::controllerProcess,
                cluster::killController,
                cluster::launchController));
        IntStream.rangeClosed(1, HOSTS).forEach(n -> {
            String host = "n" + n;
            victims.add(new Victim(
                    "agent",
                    host,
                    () -> cluster.agentProcess(host),
                    () -> cluster.killAgent(host),
                    () -> cluster.launchAgent(host, RealCluster.path(n))));
        });
        return victims;
    }
}
