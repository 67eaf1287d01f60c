package dev.muster.controller.kubernetes.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.controller.kubernetes.api.StatusCondition;
import dev.muster.controller.kubernetes.api.TrainingJobStatus;
import dev.muster.controller.operations.JobView;
import dev.muster.controller.state.JobLifecycle;
import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.LifecycleEvent;
import dev.muster.controller.state.PlacementRecord;
import dev.muster.controller.state.PlacementRecord.HostAssignment;
import dev.muster.scheduler.explain.Explanation;
import dev.muster.scheduler.explain.ReasonCode;
import dev.muster.scheduler.explain.Rejection;
import dev.muster.scheduler.explain.Remedy;
import dev.muster.scheduler.job.JobFile;
import dev.muster.scheduler.job.JobSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The status of an object through the life of its job, with no server and no clock. */
class StatusOfTest {

    private static final JobSpec SPEC = JobFile.read("""
                    apiVersion: muster.dev/v1alpha1
                    kind: TrainingJob
                    metadata: {name: llama}
                    spec:
                      gang: {hosts: 20, perHost: {accelerators: 8}, processes: per-host}
                      template: {command: [train]}""").value().orElseThrow();
    private static final StatusOf.Beside BESIDE =
            new StatusOf.Beside(OptionalDouble.of(0.87654), List.of("block", "rack"), false, 7);

    private Instant now = Instant.parse("2026-12-01T00:00:00Z");
    private JobRecord job =
            JobLifecycle.submitted("u1", "kubernetes/x", SPEC, false, now).record();
    private Optional<PlacementRecord> placement = Optional.empty();
    private @Nullable TrainingJobStatus status;

    private void later() {
        now = now.plus(Duration.ofMinutes(1));
    }

    private void on(LifecycleEvent event) {
        later();
        job = JobLifecycle.on(job, placement, event, now).record();
        if (event instanceof LifecycleEvent.GangStopped) {
            placement = placement.map(last -> last.ended(now, "stopped"));
        }
    }

    private void place(int attempt, int hosts) {
        List<HostAssignment> all = new ArrayList<>();
        IntStream.range(0, hosts)
                .forEach(
                        index -> all.add(new HostAssignment("n" + index, List.of("b0", "r" + index), index, index, 1)));
        PlacementRecord next = new PlacementRecord(
                job.uid(), attempt, all, List.of(), "n0", 29_500, now, Optional.empty(), Optional.empty(), "");
        on(new LifecycleEvent.Placed(next));
        placement = Optional.of(next);
    }

    private TrainingJobStatus look(Optional<Explanation> waiting) {
        status = StatusOf.of(
                status,
                1,
                new JobView(job, placement.filter(present -> job.phase().holdsHosts()), waiting),
                BESIDE,
                now);
        return status;
    }

    private TrainingJobStatus look() {
        return look(Optional.empty());
    }

    private static StatusCondition condition(TrainingJobStatus status, String type) {
        List<StatusCondition> all = Optional.ofNullable(status.conditions()).orElse(List.of());
        return all.stream().filter(one -> one.type().equals(type)).findFirst().orElseThrow();
    }

    private static List<String> holding(TrainingJobStatus status) {
        List<StatusCondition> all = Optional.ofNullable(status.conditions()).orElse(List.of());
        return all.stream()
                .filter(one -> one.status().equals("True"))
                .map(StatusCondition::type)
                .toList();
    }

    @Test
    void theConditionsFollowTheJob() {
        assertThat(holding(look())).containsExactly("Queued");
        place(1, 20);
        assertThat(holding(look())).containsExactly("Placed");
        on(new LifecycleEvent.GangRunning(1));
        assertThat(holding(look())).containsExactly("Placed", "Running");
        on(new LifecycleEvent.HostLost(1, "n3", "no answer"));
        assertThat(holding(look())).containsExactly("Placed", "Recovering");
        on(new LifecycleEvent.GangStopped(1));
        assertThat(holding(look())).containsExactly("Queued", "Recovering");
        place(2, 20);
        assertThat(holding(look())).containsExactly("Placed", "Recovering");
        on(new LifecycleEvent.GangRunning(2));
        assertThat(holding(look())).containsExactly("Placed", "Running");
        on(new LifecycleEvent.CancelRequested("by its user"));
        assertThat(holding(look())).containsExactly("Placed");
        on(new LifecycleEvent.GangStopped(2));
        assertThat(holding(look())).containsExactly("Finished");
        assertThat(condition(look(), "Finished").reason()).isEqualTo("Cancelled");
    }

    @Test
    void aConditionKeepsTheTimeOfItsLastChange() {
        look();
        Instant queued = now;
        later();
        assertThat(condition(look(), "Queued").lastTransitionTime()).isEqualTo(queued.toString());
        place(1, 20);
        assertThat(condition(look(), "Queued").lastTransitionTime()).isEqualTo(now.toString());
    }

    @Test
    void theSameJobGivesTheSameStatusHoweverOftenItIsLookedAt() {
        place(1, 20);
        TrainingJobStatus first = look();
        later();
        assertThat(look()).isEqualTo(first);
    }

    @Test
    void whyItWaitsIsItsReason() {
        Rejection full = Rejection.of(ReasonCode.HELD, Remedy.WAIT, "needs 20 hosts");
        TrainingJobStatus waiting = look(Optional.of(Explanation.of(full)));
        assertThat(waiting.reason()).isEqualTo("needs 20 hosts");
        assertThat(condition(waiting, "Queued").message()).isEqualTo("needs 20 hosts");
        assertThat(waiting.hosts()).isEqualTo(20);
    }

    @Test
    void ofManyDomainsOnlyAFewAreNamed() {
        place(1, 20);
        assertThat(look().placement())
                .isEqualTo(new TrainingJobStatus.Placement(
                        Map.of(
                                "block",
                                new TrainingJobStatus.Domains(1, List.of("b0")),
                                "rack",
                                new TrainingJobStatus.Domains(
                                        20,
                                        List.of(
                                                "b0/r0", "b0/r1", "b0/r10", "b0/r11", "b0/r12", "b0/r13", "b0/r14",
                                                "b0/r15"))),
                        "n0",
                        "n19",
                        0));
        assertThat(look().ettr()).isEqualTo(0.877);
    }

    @Test
    void aRefusalIsACondition() {
        TrainingJobStatus refused = StatusOf.refused(null, 1, "there is no queue nowhere", now);
        assertThat(refused.state()).isEqualTo("REFUSED");
        assertThat(condition(refused, "Queued").reason()).isEqualTo("Refused");
        assertThat(condition(refused, "Queued").message()).isEqualTo("there is no queue nowhere");
    }
}
