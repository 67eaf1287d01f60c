package dev.muster.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.cli.fake.Samples;
import dev.muster.proto.v1.AttemptView;
import dev.muster.proto.v1.EventsReply;
import dev.muster.proto.v1.GoodputBucket;
import dev.muster.proto.v1.GoodputReply;
import dev.muster.proto.v1.HostAssignment;
import dev.muster.proto.v1.JobDetail;
import dev.muster.proto.v1.JobState;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The demo must not claim what did not happen. */
class DemoEvidenceTest {

    private static final String OUTPUT = """
            rank 0 of 6 on n1: attempt 2 starts at step 280 of 600
            epoch 12 step 600/600 loss 0.0512
            accuracy=0.9639 (347 of 360 held-out digits)
            """;

    private static List<HostAssignment> placement(String... hosts) {
        return IntStream.range(0, hosts.length)
                .mapToObj(index -> HostAssignment.newBuilder()
                        .setHost(hosts[index])
                        .setNodeRank(index < 3 ? index : -1)
                        .build())
                .toList();
    }

    private static final HostKiller.Kill KILL = new HostKiller.Kill(
            "n2",
            List.of(ProcessHandle.current(), ProcessHandle.current()),
            placement("n1", "n2", "n3", "n4"),
            310,
            280,
            137);

    private static DemoEvidence evidence(JobState state, List<HostAssignment> second, long productive, String output) {
        return new DemoEvidence(
                JobDetail.newBuilder()
                        .setJob(Samples.job("digits", state))
                        .addAttempts(AttemptView.newBuilder()
                                .setAttempt(1)
                                .addAllPlacement(placement("n1", "n2", "n3", "n4")))
                        .addAttempts(AttemptView.newBuilder().setAttempt(2).addAllPlacement(second))
                        .build(),
                EventsReply.getDefaultInstance(),
                GoodputReply.newBuilder()
                        .addBuckets(
                                GoodputBucket.newBuilder().setName("productive").setAcceleratorMillis(productive))
                        .setAllocatedAcceleratorMillis(1000)
                        .build(),
                output);
    }

    private static List<String> broken(DemoEvidence evidence, Optional<HostKiller.Kill> kill) {
        Promises promises = new Promises();
        evidence.judge(kill, promises);
        return promises.broken();
    }

    @Test
    void whatHappenedAsPromisedBreaksNothing() {
        DemoEvidence good = evidence(JobState.JOB_STATE_FINISHED, placement("n1", "n4", "n3"), 1000, OUTPUT);

        assertThat(broken(good, Optional.of(KILL))).isEmpty();
        assertThat(good.accuracy()).hasValue(0.9639);
        assertThat(good.firstStep()).hasValue(280);
    }

    @Test
    void eachThingThatDidNotHappenIsNamed() {
        assertThat(broken(
                        evidence(JobState.JOB_STATE_FAILED, placement("n1", "n4", "n3"), 1000, OUTPUT),
                        Optional.of(KILL)))
                .singleElement()
                .asString()
                .startsWith("the training finished (FAILED");
        assertThat(broken(
                        evidence(JobState.JOB_STATE_FINISHED, placement("n1", "n2", "n3"), 1000, OUTPUT),
                        Optional.of(KILL)))
                .containsExactly("it ran on the survivors and the spare: [n1, n3, n4] (it ran on [n1, n2, n3])");
        assertThat(broken(
                        evidence(JobState.JOB_STATE_FINISHED, placement("n1", "n4", "n3"), 999, OUTPUT),
                        Optional.of(KILL)))
                .singleElement()
                .asString()
                .startsWith("the goodput ledger adds up");
        assertThat(broken(
                        evidence(
                                JobState.JOB_STATE_FINISHED,
                                placement("n1", "n4", "n3"),
                                1000,
                                OUTPUT.replace("step 280", "step 0").replace("0.9639", "0.12")),
                        Optional.of(KILL)))
                .containsExactly(
                        "it resumed from a checkpoint no older than step 280 (it began at step 0)",
                        "the model learned: accuracy of at least 0.95 (accuracy 0.12)");
        assertThat(broken(
                        evidence(JobState.JOB_STATE_FINISHED, placement("n1", "n4", "n3"), 1000, ""), Optional.empty()))
                .containsExactly(
                        "a host was killed half-way (the training ended before)",
                        "the model learned: accuracy of at least 0.95 (no accuracy was printed)");
    }
}
