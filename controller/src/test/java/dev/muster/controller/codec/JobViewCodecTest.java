package dev.muster.controller.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.controller.operations.JobState;
import dev.muster.controller.operations.JobView;
import dev.muster.controller.operations.Views;
import dev.muster.controller.state.JobPhase;
import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.JobStatus;
import dev.muster.controller.state.PlacementRecord;
import dev.muster.controller.state.PlacementRecord.HostAssignment;
import dev.muster.controller.state.RestartHistory;
import dev.muster.controller.state.StopCause;
import dev.muster.proto.v1.DryRunReply;
import dev.muster.proto.v1.JobSummary;
import dev.muster.scheduler.explain.Explanation;
import dev.muster.scheduler.explain.ReasonCode;
import dev.muster.scheduler.explain.Rejection;
import dev.muster.scheduler.explain.Remedy;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What people read about a job. */
class JobViewCodecTest {

    private static final Explanation SHORT_OF_HOSTS = new Explanation(
            new Rejection(
                    ReasonCode.TOPOLOGY,
                    "rack",
                    "b1/r2",
                    16,
                    12,
                    new TreeMap<>(Map.of("CORDONED", 2)),
                    Remedy.WAIT,
                    "no rack has 16 free hosts; b1/r2 has 12"),
            List.of("drop topology.required: it would start in b1"),
            Optional.of(Instant.ofEpochMilli(1_700_000_000_000L)),
            List.of(new JobKey("research", "ahead")));

    @Test
    void theReasonSaysWhyItWaitsWhatItDoesOrHowItEnded() {
        assertThat(reason(JobPhase.PENDING, false, "", Optional.of(SHORT_OF_HOSTS)))
                .isEqualTo("no rack has 16 free hosts; b1/r2 has 12");
        assertThat(reason(JobPhase.PENDING, false, "host h3 was lost", Optional.empty()))
                .isEqualTo("host h3 was lost");
        assertThat(reason(JobPhase.PENDING, true, "", Optional.of(SHORT_OF_HOSTS)))
                .startsWith("held: muster release digits");
        assertThat(reason(JobPhase.STARTING, false, "", Optional.empty())).contains("waits until every rank runs");
        assertThat(reason(JobPhase.STOPPING, false, "", Optional.empty()))
                .isEqualTo("its ranks are being stopped: rack power");
        assertThat(reason(JobPhase.FAILED, false, "rank 3 ended with exit code 1", Optional.empty()))
                .isEqualTo("rank 3 ended with exit code 1");
        for (JobPhase phase : JobPhase.values()) {
            assertThat(reason(phase, false, "", Optional.empty()))
                    .as("%s", phase)
                    .isNotEmpty();
        }
    }

    @Test
    void aRunningJobCountsTheHostsAndSparesItHasAndAWaitingOneThoseItAskedFor() {
        JobSummary waiting = JobViewCodec.writeSummary(view(JobPhase.PENDING, false, "", Optional.empty()));
        assertThat(waiting.getHosts()).isEqualTo(3);
        assertThat(waiting.getSpares()).isEqualTo(2);
        assertThat(waiting.getAccelerators()).isEqualTo(5 * 8);

        PlacementRecord placement = new PlacementRecord(
                "u1",
                1,
                List.of(
                        new HostAssignment("h1", List.of(), 0, 0, 8),
                        new HostAssignment("h2", List.of(), 1, 8, 8),
                        new HostAssignment("h3", List.of(), 2, 16, 8)),
                List.of(new HostAssignment("h4", List.of(), HostAssignment.SPARE, 0, 0)),
                "h1",
                29500,
                Instant.EPOCH,
                Optional.empty(),
                Optional.empty(),
                "");
        JobView running = new JobView(
                view(JobPhase.RUNNING, false, "", Optional.empty()).record(), Optional.of(placement), Optional.empty());
        assertThat(JobViewCodec.writeSummary(running).getSpares()).isEqualTo(1);
        assertThat(JobViewCodec.writeSummary(running).getAccelerators()).isEqualTo(4 * 8);
    }

    @Test
    void anExplanationKeepsItsNumbers() {
        dev.muster.proto.v1.Explanation wire = JobViewCodec.writeExplain(
                        view(JobPhase.PENDING, false, "", Optional.of(SHORT_OF_HOSTS)))
                .getExplanation();
        assertThat(wire.getCode()).isEqualTo("TOPOLOGY");
        assertThat(wire.getLevel()).isEqualTo("rack");
        assertThat(wire.getDomain()).isEqualTo("b1/r2");
        assertThat(wire.getRequired()).isEqualTo(16);
        assertThat(wire.getAvailable()).isEqualTo(12);
        assertThat(wire.getShort()).isEqualTo(4);
        assertThat(wire.getExcludedMap()).containsExactly(Map.entry("CORDONED", 2L));
        assertThat(wire.getHelps()).isEqualTo("WAIT");
        assertThat(wire.getExpectedStartAtMillis()).isEqualTo(1_700_000_000_000L);
        assertThat(wire.getWaitsForList()).containsExactly("research/ahead");
        assertThat(wire.getSuggestionsList()).containsExactly("drop topology.required: it would start in b1");
        assertThat(JobViewCodec.writeExplain(view(JobPhase.RUNNING, false, "", Optional.empty()))
                        .hasExplanation())
                .isFalse();
    }

    @Test
    void aDryRunOfAHugeGangSaysHowManyHostsItLeavesOut() {
        List<HostAssignment> hosts = IntStream.range(0, 12_000)
                .mapToObj(i -> new HostAssignment("h" + i, List.of("r" + i / 16), i, i, 1))
                .toList();
        DryRunReply reply = JobViewCodec.write(new Views.DryRun(hosts, Optional.empty(), List.of()));
        assertThat(reply.getWouldStart()).isTrue();
        assertThat(reply.getPlacementCount()).isEqualTo(Bounds.HOSTS_PER_ANSWER);
        assertThat(reply.getPlacementLeftOut()).isEqualTo(2000);
        assertThat(JobViewCodec.write(new Views.DryRun(List.of(), Optional.of(SHORT_OF_HOSTS), List.of()))
                        .getExplanation()
                        .getCode())
                .isEqualTo("TOPOLOGY");
    }

    @Test
    void onlyAPendingJobCanShowAsHeld() {
        for (JobPhase phase : JobPhase.values()) {
            JobState state =
                    JobState.of(view(phase, true, "", Optional.empty()).record().status());
            assertThat(state).isEqualTo(phase == JobPhase.PENDING ? JobState.HELD : JobState.valueOf(phase.name()));
        }
    }

    private static String reason(JobPhase phase, boolean held, String message, Optional<Explanation> waiting) {
        return JobViewCodec.writeSummary(view(phase, held, message, waiting)).getReason();
    }

    private static JobView view(JobPhase phase, boolean held, String message, Optional<Explanation> waiting) {
        JobSpec spec = new JobSpec(
                new JobKey("default", "digits"),
                "default",
                0,
                new GangSpec(3, 3, 2, ResourceVector.of(8, 0, 0), Optional.empty(), ProcessLayout.PER_ACCELERATOR),
                TopologySpec.ANYWHERE,
                Optional.empty(),
                true,
                Duration.ZERO,
                Optional.empty(),
                RestartSpec.DEFAULT,
                TemplateSpec.ofCommand(List.of("true"), Map.of()));
        JobStatus status = new JobStatus(
                phase,
                held,
                1,
                Optional.empty(),
                Optional.empty(),
                phase == JobPhase.STOPPING
                        ? Optional.of(new StopCause(
                                StopCause.Kind.HOST_LOST, new TreeSet<>(), "rack power", Optional.empty()))
                        : Optional.empty(),
                RestartHistory.NONE,
                new TreeSet<>(),
                Optional.empty(),
                message);
        return new JobView(new JobRecord("u1", "s1", Instant.EPOCH, spec, status), Optional.empty(), waiting);
    }
}
