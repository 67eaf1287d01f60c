package dev.muster.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.cli.fake.FakeController;
import dev.muster.cli.fake.FakeFleet;
import dev.muster.cli.fake.FakeJobs;
import dev.muster.cli.output.CommandFailure;
import dev.muster.cli.output.ExitCode;
import dev.muster.proto.v1.NodeState;
import dev.muster.proto.v1.NodeSummary;
import dev.muster.scheduler.cluster.ClusterFile;
import dev.muster.scheduler.cluster.ClusterSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalClusterTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private Path folder;

    private LocalCluster cluster(FakeDistribution fake, int hosts) {
        return new LocalCluster(
                fake.distribution(),
                ClusterPlan.even(hosts, 2),
                DataDirectory.open(folder.resolve("data")),
                Ports.free(),
                Ports.free());
    }

    private static FakeController ready(int port, int hosts) {
        FakeFleet fleet = new FakeFleet();
        fleet.nodes = IntStream.rangeClosed(1, hosts)
                .mapToObj(number -> NodeSummary.newBuilder()
                        .setName("n" + number)
                        .setState(number == 1 ? NodeState.NODE_STATE_CORDONED : NodeState.NODE_STATE_READY)
                        .build())
                .toList();
        return FakeController.start(new FakeJobs(), fleet, port);
    }

    @Test
    void everyProcessStartsAndAgentsStopBeforeTheirController() throws IOException, InterruptedException {
        FakeDistribution fake = FakeDistribution.wellBehaved(folder);
        List<LocalProcess> processes;
        try (LocalCluster cluster = cluster(fake, 3)) {
            cluster.start();
            try (FakeController controller = ready(cluster.address().port(), 3)) {
                cluster.awaitReady(PATIENCE);
                assertThat(controller.fleet().changes).isEmpty();
            }
            processes = cluster.processes();
            assertThat(processes).extracting(LocalProcess::name).containsExactly("controller", "n1", "n2", "n3");
        }

        assertThat(processes).noneMatch(LocalProcess::isAlive);
        assertThat(fake.stories()).hasSize(8).last().isEqualTo("controller stopped");
        assertThat(fake.arguments())
                .anyMatch(line -> line.startsWith("--data " + folder.resolve("data/controller"))
                        && line.endsWith("--exit-with-parent"))
                .anyMatch(line -> line.contains("--host n3") && line.contains("--path b1,r2"));
        assertThat(folder.resolve("data/devices/n1.yaml")).content().contains("type: fake-a100\ncount: 2\n");
    }

    @Test
    void aProcessThatEndsWhileStartingIsToldWithItsLastWords() throws IOException {
        FakeDistribution fake = FakeDistribution.of(
                folder,
                "#!/bin/bash\necho some noise\necho the store is in use by pid 7 >&2\nexit 5\n",
                FakeDistribution.wellBehaved());
        LocalCluster cluster = cluster(fake, 1);

        try (cluster) {
            cluster.start();
            assertThatThrownBy(() -> cluster.awaitReady(PATIENCE))
                    .isInstanceOfSatisfying(
                            CommandFailure.class,
                            failure -> assertThat(failure.exitCode()).isEqualTo(ExitCode.REFUSED))
                    .hasMessage("controller ended with 5 while starting: the store is in use by pid 7");
        }
        assertThat(cluster.processes()).noneMatch(LocalProcess::isAlive);
    }

    @Test
    void aKilledAgentStaysDead() throws IOException, InterruptedException {
        FakeDistribution fake = FakeDistribution.wellBehaved(folder);
        try (LocalCluster cluster = cluster(fake, 2)) {
            cluster.start();
            LocalProcess agent = cluster.agent("n2");
            agent.kill();

            assertThat(agent.awaitEnd(PATIENCE)).isTrue();
            assertThat(agent.exitCode()).isEqualTo(137);
            assertThat(cluster.agent("n1").isAlive()).isTrue();
            assertThat(agent.commandLine())
                    .startsWith(folder.resolve("bin/muster-agent") + " --controller ")
                    .doesNotContain("--exit-with-parent");
        }
    }

    @Test
    void aPortInUseIsSaidBeforeAnythingStarts() throws IOException {
        FakeDistribution fake = FakeDistribution.wellBehaved(folder);
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                LocalCluster cluster = new LocalCluster(
                        fake.distribution(),
                        ClusterPlan.even(1, 1),
                        DataDirectory.open(folder.resolve("data")),
                        taken.getLocalPort(),
                        Ports.free())) {
            assertThatThrownBy(cluster::start)
                    .isInstanceOf(CommandFailure.class)
                    .hasMessageStartingWith("port " + taken.getLocalPort() + " is in use");
            assertThat(cluster.processes()).isEmpty();
        }
    }

    @Test
    void aDataDirectoryServesOneClusterAtATime() {
        try (DataDirectory first = DataDirectory.open(folder.resolve("data"))) {
            assertThatThrownBy(() -> DataDirectory.open(first.path()))
                    .isInstanceOfSatisfying(
                            CommandFailure.class,
                            failure -> assertThat(failure.exitCode()).isEqualTo(ExitCode.REFUSED))
                    .hasMessageContaining("is in use by another local cluster");
        }
        DataDirectory.open(folder.resolve("data")).close();
    }

    @Test
    void aDataDirectoryThatIsAFileIsNamed() throws IOException {
        Files.writeString(folder.resolve("file"), "");

        assertThatThrownBy(() -> DataDirectory.open(folder.resolve("file")))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("cannot be written: it is not a folder");
    }

    @Test
    void stateLiesWhereTheDesktopExpectsIt() {
        assertThat(DataDirectory.defaultPath(Map.of("HOME", "/home/ada")))
                .hasToString("/home/ada/.local/share/muster/up");
        assertThat(DataDirectory.defaultPath(Map.of("HOME", "/home/ada", "XDG_DATA_HOME", "/data")))
                .hasToString("/data/muster/up");
    }

    @Test
    void thePlannedClusterFileIsSound() {
        ClusterPlan plan = ClusterPlan.even(5, 8);

        ClusterSpec cluster = ClusterFile.read(plan.file()).value().orElseThrow();

        assertThat(cluster.levels()).containsExactly("block", "rack");
        assertThat(cluster.hosts()).hasSize(5);
        assertThat(cluster.hosts().get(4).path()).containsExactly("b1", "r3");
        assertThat(ClusterPlan.of(cluster, plan.file())).isEqualTo(plan);
    }

    @Test
    void moreHostsThanAMachineCanPlayAreRefused() {
        ClusterSpec large =
                ClusterFile.read(ClusterPlan.even(65, 1).file()).value().orElseThrow();

        assertThatThrownBy(() -> ClusterPlan.of(large, ""))
                .isInstanceOf(CommandFailure.class)
                .hasMessage(
                        "the cluster file has 65 hosts; one machine plays at most 64, each by a process of its own");
    }
}
