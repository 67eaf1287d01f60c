package dev.muster.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two controllers on one etcd, three hosts: leaders die, sleep and leave, etcd goes away, and ranks never notice. */
class HighAvailabilityIT {

    private static final String JOB = """
            apiVersion: muster.dev/v1alpha1
            kind: TrainingJob
            metadata: {name: steady}
            spec:
              gang: {hosts: 2, perHost: {accelerators: 2, cpus: 1, memory: 1Gi}, processes: per-host}
              template:
                command: [sh, -c, "echo $$ > SCRATCH/pid.$MUSTER_JOB.$MUSTER_ATTEMPT.$RANK; while ! test -e SCRATCH/finish; do sleep 0.1; done"]
            """;

    @TempDir
    Path directory;

    private Path scratch;
    private HighlyAvailableCluster cluster;
    private String leader;
    private String follower;

    @BeforeEach
    void aGangRunsUnderTheFirstOfTwoControllers() throws IOException {
        scratch = Files.createDirectory(directory.resolve("scratch"));
        cluster = new HighlyAvailableCluster(directory, 1, 3);
        leader = cluster.awaitLeader();
        follower = HighlyAvailableCluster.other(leader);
        submit("steady", 2);
        awaitState("steady", "RUNNING");
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private void submit(String name, int hosts) throws IOException {
        Path file = directory.resolve(name + ".yaml");
        Files.writeString(
                file,
                JOB.replace("SCRATCH", scratch.toString())
                        .replace("name: steady", "name: " + name)
                        .replace("hosts: 2", "hosts: " + hosts));
        CliRun run = cluster.muster("submit", file.toString(), "--timeout", "30s");
        assertThat(run.exitCode()).as(run.err() + cluster.outputs()).isZero();
    }

    private String show(String name) {
        return cluster.muster("show", name, "--timeout", "30s").out();
    }

    private void awaitState(String name, String state) {
        await("job " + name + " is " + state)
                .atMost(HighlyAvailableCluster.PATIENCE)
                .untilAsserted(() -> assertThat(show(name)).contains(state));
    }

    private String pid(int rank) {
        return read(scratch.resolve("pid.steady.1." + rank));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    /** The same two processes, in the same attempt, to the end. */
    private void assertThatTheRanksNeverNoticed(String rank0, String rank1) throws IOException {
        assertThat(Processes.isAlive(rank0)).isTrue();
        assertThat(Processes.isAlive(rank1)).isTrue();
        Files.createFile(scratch.resolve("finish"));
        awaitState("steady", "FINISHED");
        assertThat(scratch.resolve("pid.steady.2.0")).doesNotExist();
    }

    @Test
    void whenTheLeaderIsKilledTheOtherDecidesAndTheRanksRunOn() throws IOException {
        String rank0 = pid(0);
        String rank1 = pid(1);

        cluster.signal(leader, "KILL");
        submit("later", 1);

        assertThat(cluster.awaitLeader()).isEqualTo(follower);
        awaitState("later", "RUNNING");
        cluster.startController(leader);
        await().atMost(HighlyAvailableCluster.PATIENCE)
                .untilAsserted(() -> assertThat(cluster.readiness(leader)).contains("ready as a follower"));
        assertThat(cluster.musterAt(cluster.server(leader), "list").out())
                .as("a follower answers questions")
                .contains("steady", "later");
        assertThatTheRanksNeverNoticed(rank0, rank1);
    }

    @Test
    void aLeaderThatSleptLongerThanItsLeaseWritesNothingAndFollows() throws IOException {
        String rank0 = pid(0);
        String rank1 = pid(1);

        cluster.signal(leader, "STOP");
        await().atMost(HighlyAvailableCluster.PATIENCE)
                .until(() -> cluster.readiness(follower).startsWith("leads"));
        submit("later", 1);
        awaitState("later", "RUNNING");
        cluster.signal(leader, "CONT");

        await().atMost(HighlyAvailableCluster.PATIENCE)
                .untilAsserted(() -> assertThat(cluster.readiness(leader)).contains("ready as a follower"));
        assertThat(cluster.output(leader)).contains("leads no more");
        assertThat(cluster.readiness(follower)).as("was never disturbed").startsWith("leads");
        assertThat(cluster.output(follower)).doesNotContain("leads no more");
        CliRun cancel = cluster.musterAt(cluster.server(leader), "cancel", "later");
        assertThat(cancel.exitCode())
                .as("it points to the leader: " + cancel.err())
                .isZero();
        assertThatTheRanksNeverNoticed(rank0, rank1);
    }

    @Test
    void aLeaderThatIsStoppedHandsOverAndWhoeverStartsAgainFollows() throws IOException {
        String rank0 = pid(0);
        String rank1 = pid(1);

        cluster.signal(leader, "TERM");

        assertThat(cluster.awaitLeader()).isEqualTo(follower);
        submit("later", 1);
        awaitState("later", "RUNNING");
        assertThatTheRanksNeverNoticed(rank0, rank1);
    }

    @Test
    void whileEtcdIsAwayNothingIsAcknowledgedAndServiceReturnsByItself() throws IOException {
        String rank0 = pid(0);
        String rank1 = pid(1);

        cluster.signal("etcd1", "STOP");
        await().atMost(HighlyAvailableCluster.PATIENCE)
                .until(() -> cluster.leader().isEmpty());
        CliRun refused = cluster.muster("cancel", "steady", "--timeout", "2s");
        assertThat(refused.exitCode()).as(refused.out() + refused.err()).isEqualTo(4);
        assertThat(Processes.isAlive(rank0)).isTrue();
        cluster.signal("etcd1", "CONT");

        cluster.awaitLeader();
        submit("later", 1);
        awaitState("later", "RUNNING");
        assertThat(show("steady")).contains("RUNNING");
        assertThatTheRanksNeverNoticed(rank0, rank1);
    }

    @Test
    void theTimesOfAChangeOfLeader() throws IOException {
        Duration killed = timeOf("KILL");
        cluster.startController(leader);
        await().atMost(HighlyAvailableCluster.PATIENCE)
                .until(() -> cluster.readiness(leader).startsWith("ready as a follower"));
        String next = leader;
        leader = follower;
        follower = next;
        Duration stopped = timeOf("TERM");
        System.out.println("another leads " + killed.toMillis() + " ms after kill -9, " + stopped.toMillis()
                + " ms after a clean stop");
        assertThat(show("steady")).contains("RUNNING");
    }

    private Duration timeOf(String signal) {
        long began = System.nanoTime();
        cluster.signal(leader, signal);
        await().atMost(HighlyAvailableCluster.PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> cluster.readiness(follower).startsWith("leads"));
        return Duration.ofNanos(System.nanoTime() - began);
    }
}
