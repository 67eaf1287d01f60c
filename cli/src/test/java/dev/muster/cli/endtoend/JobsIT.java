package dev.muster.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.cli.endtoend.MusterCommand.Json;
import dev.muster.cli.endtoend.MusterCommand.Result;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs from submission to their end, and what ends or breaks them on the way. */
class JobsIT {

    @TempDir
    private Path folder;

    private RunningCluster cluster;

    @BeforeEach
    void start() {
        cluster = RunningCluster.start(folder, 3);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    /** Counts to {@code steps}, five a second, tells how far it is, and goes on where the checkpoint says. */
    private static String counter(int steps) {
        return """
                #!/bin/bash
                mkdir -p "$MUSTER_CHECKPOINT_DIR"
                saved=$MUSTER_CHECKPOINT_DIR/step
                step=0; [[ -e $saved ]] && step=$(<"$saved")
                echo "rank $RANK of $WORLD_SIZE starts at step $step in attempt $MUSTER_ATTEMPT"
                while ((step < %d)); do
                  sleep 0.2; step=$((step + 1))
                  if ((RANK == 0)); then
                    echo $step > "$saved.new" && mv "$saved.new" "$saved"
                    echo "step=$step checkpoint=$step total=%d" > "$MUSTER_PROGRESS_FILE.new"
                    mv "$MUSTER_PROGRESS_FILE.new" "$MUSTER_PROGRESS_FILE"
                  fi
                done
                echo "rank $RANK is done"
                """.formatted(steps, steps);
    }

    private String job(String name, int hosts, int spares, String script) {
        cluster.write(name + ".sh", script);
        cluster.write(name + ".yaml", """
                apiVersion: muster.dev/v1alpha1
                kind: TrainingJob
                metadata: {name: %1$s}
                spec:
                  gang: {hosts: %2$d, spares: %3$d, perHost: {accelerators: 2}}
                  checkpoint: {directory: checkpoints-%1$s, grace: 1s}
                  restart: {maxRestarts: 3, fuse: {failures: 2, within: 1m}}
                  template: {command: [bash, %1$s.sh], workingDirectory: .}
                """.formatted(name, hosts, spares));
        return name + ".yaml";
    }

    @Test
    void aJobRunsToItsEndAndTellsItsStory() throws IOException {
        Result result = cluster.muster("submit", job("count", 2, 0, counter(5)), "--follow");

        assertThat(result.exitCode()).as(result.toString()).isZero();
        assertThat(result.out()).contains("Placed").contains("count is RUNNING").contains("count is FINISHED");
        assertThat(cluster.muster("logs", "count").out().lines().filter(line -> line.endsWith("is done")))
                .hasSize(4);
        assertThat(cluster.muster("logs", "count", "--rank", "3").out()).startsWith("rank 3 of 4 starts at step 0");
        Json goodput = cluster.ask("goodput", "count");
        assertThat(goodput.items("buckets").stream()
                        .mapToLong(bucket -> millis(bucket.text("acceleratorSeconds")))
                        .sum())
                .isEqualTo(millis(goodput.text("allocatedAcceleratorSeconds")))
                .isPositive();
        assertThat(cluster.ask("list").items("jobs")).hasSize(1);
        assertThat(Files.readString(folder.resolve("checkpoints-count/step"))).isEqualTo("5\n");
    }

    private static long millis(String seconds) {
        return new BigDecimal(seconds).movePointRight(3).longValueExact();
    }

    @Test
    void aCancelledJobLeavesNoProcess() {
        cluster.muster("submit", job("count", 2, 0, counter(1000)));
        cluster.awaitState("count", "RUNNING");
        List<ProcessHandle> ranks =
                cluster.ranksOn(cluster.hostsOf("count", false).get(0));
        assertThat(ranks).isNotEmpty();

        assertThat(cluster.muster("cancel", "count").exitCode()).isZero();

        cluster.awaitState("count", "CANCELLED");
        cluster.awaitThat("every rank is gone", () -> ranks.stream().noneMatch(ProcessHandle::isAlive));
        assertThat(cluster.muster("cancel", "count").exitCode()).isIn(0, 5);
    }

    @Test
    void aRankThatKeepsCrashingEndsTheJobAsFailed() {
        Result result = cluster.muster("submit", job("crash", 1, 0, "echo it is broken; exit 3\n"), "--wait");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(cluster.stateOf("crash")).isEqualTo("FAILED");
        assertThat(cluster.ask("show", "crash").items("attempts")).hasSizeGreaterThan(1);
        assertThat(cluster.muster("logs", "crash", "--attempt", "1").out()).contains("it is broken");
    }

    @Test
    void aLostHostIsReplacedByTheSpareAndTrainingGoesOn() {
        cluster.muster("submit", job("count", 2, 1, counter(60)));
        cluster.awaitThat("it has trained", () -> progress("count") >= 5);
        String spare = cluster.hostsOf("count", true).get(0);
        String victim = cluster.hostsOf("count", false).get(1);
        List<ProcessHandle> ranks = cluster.ranksOn(victim);

        cluster.killAgent(victim);

        cluster.awaitThat("its ranks die with it", () -> ranks.stream().noneMatch(ProcessHandle::isAlive));
        cluster.awaitThat(
                "the spare works", () -> cluster.hostsOf("count", false).contains(spare));
        cluster.awaitState("count", "FINISHED");
        assertThat(cluster.eventsOf("count")).contains("HostLost", "Restarting", "Finished");
        assertThat(cluster.muster("logs", "count", "--rank", "0").out()).doesNotContain("starts at step 0 ");
        assertThat(cluster.nodesIn("LOST")).containsExactly(victim);

        cluster.startAgent(victim);
        cluster.awaitThat("the host is back", () -> cluster.nodesIn("READY").size() == 3);
    }

    @Test
    void aGangWithoutSparesWaitsForItsHostToComeBack() {
        cluster.muster("submit", job("count", 3, 0, counter(40)));
        cluster.awaitThat("it has trained", () -> progress("count") >= 3);

        cluster.killAgent("n2");

        cluster.awaitState("count", "PENDING");
        assertThat(cluster.ask("explain", "count").text("waits")).isEqualTo("true");
        cluster.startAgent("n2");
        cluster.awaitState("count", "FINISHED");
    }

    @Test
    void aControllerThatIsKilledFindsItsRanksRunning() {
        cluster.muster("submit", job("count", 2, 0, counter(60)));
        cluster.awaitThat("it has trained", () -> progress("count") >= 3);
        List<ProcessHandle> ranks =
                cluster.ranksOn(cluster.hostsOf("count", false).get(0));

        cluster.killController();
        assertThat(cluster.muster("list").exitCode()).isEqualTo(4);
        cluster.startController();

        cluster.awaitThat("it answers", () -> cluster.muster("list").exitCode() == 0);
        cluster.awaitState("count", "FINISHED");
        assertThat(cluster.ask("show", "count").items("attempts")).hasSize(1);
        assertThat(cluster.muster("logs", "count", "--rank", "0").out().lines().filter(line -> line.contains("starts")))
                .hasSize(1);
        assertThat(ranks).isNotEmpty();
    }

    @Test
    void aDrainedHostIsLeftAndNothingNewComesToIt() {
        cluster.muster("submit", job("count", 2, 0, counter(60)));
        cluster.awaitThat("it has trained", () -> progress("count") >= 3);
        String drained = cluster.hostsOf("count", false).get(0);

        assertThat(cluster.muster("node", "drain", drained, "--reason", "new fan")
                        .exitCode())
                .isZero();

        cluster.awaitThat(
                "it moved",
                () -> cluster.stateOf("count").equals("RUNNING")
                        && !cluster.hostsOf("count", false).contains(drained));
        cluster.awaitState("count", "FINISHED");
        assertThat(cluster.muster("node", "uncordon", drained).exitCode()).isZero();
        assertThat(cluster.nodesIn("READY")).hasSize(3);
    }

    @Test
    void whatCanNeverRunIsRefusedAndWhatMustWaitSaysWhy() {
        Result impossible = cluster.muster("submit", job("huge", 4, 0, counter(1)));
        assertThat(impossible.exitCode()).as(impossible.toString()).isIn(2, 5);
        assertThat(impossible.err()).hasLineCount(1);

        cluster.muster("submit", job("first", 3, 0, counter(1000)));
        cluster.awaitState("first", "RUNNING");
        Result dryRun = cluster.muster("submit", job("second", 1, 0, counter(1)), "--dry-run");
        assertThat(dryRun.out()).contains("second would wait");
        assertThat(cluster.muster("show", "second").exitCode()).isEqualTo(3);
        assertThat(cluster.muster("submit", "first.yaml").exitCode()).isEqualTo(5);

        cluster.muster("submit", "second.yaml");
        assertThat(cluster.muster("hold", "second").exitCode()).isZero();
        cluster.muster("cancel", "first");
        cluster.awaitState("first", "CANCELLED");
        assertThat(cluster.stateOf("second")).isEqualTo("HELD");
        cluster.muster("release", "second");
        cluster.awaitState("second", "FINISHED");
    }

    private long progress(String job) {
        String step = cluster.ask("show", job).field("job").field("progress").text("step");
        return step.isEmpty() ? 0 : Long.parseLong(step);
    }
}
