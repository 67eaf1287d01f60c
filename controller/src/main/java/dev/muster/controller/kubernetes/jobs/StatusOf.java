package dev.muster.controller.kubernetes.jobs;

import dev.muster.controller.kubernetes.api.StatusCondition;
import dev.muster.controller.kubernetes.api.TrainingJobStatus;
import dev.muster.controller.operations.JobState;
import dev.muster.controller.operations.JobView;
import dev.muster.controller.state.JobPhase;
import dev.muster.controller.state.JobStatus;
import dev.muster.controller.state.PlacementRecord;
import dev.muster.controller.state.PlacementRecord.HostAssignment;
import dev.muster.controller.state.StopCause;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What a TrainingJob's status says of its job. Pure: the same job gives the same status, but for the times of conditions. */
final class StatusOf {

    /** What {@code state} says of an object that the core does not take. */
    static final String REFUSED = "REFUSED";

    private static final int MOST_DOMAINS_NAMED = 8;
    private static final double ETTR_DIGITS = 1_000;

    private final @Nullable TrainingJobStatus before;
    private final long generation;
    private final Instant now;
    private final List<StatusCondition> conditions = new ArrayList<>();

    private StatusOf(@Nullable TrainingJobStatus before, long generation, Instant now) {
        this.before = before;
        this.generation = generation;
        this.now = now;
    }

    /**
     * What is known of a job beside its record.
     *
     * @param levels of the fabric, outermost first
     * @param held through its annotation
     * @param lastEvent the latest line of its history that Kubernetes has as an event
     */
    record Beside(OptionalDouble ettr, List<String> levels, boolean held, long lastEvent) {}

    static TrainingJobStatus of(
            @Nullable TrainingJobStatus before, long generation, JobView job, Beside beside, Instant now) {
        return new StatusOf(before, generation, now).of(job, beside);
    }

    /** Of an object that the core does not take: the core's words. */
    static TrainingJobStatus refused(@Nullable TrainingJobStatus before, long generation, String why, Instant now) {
        StatusOf status = new StatusOf(before, generation, now);
        status.add("Queued", false, "Refused", why);
        return new TrainingJobStatus(
                REFUSED,
                null,
                null,
                null,
                why,
                generation,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                status.conditions);
    }

    private TrainingJobStatus of(JobView job, Beside beside) {
        JobStatus status = job.record().status();
        addConditions(job);
        return new TrainingJobStatus(
                JobState.of(status).name(),
                job.record().uid(),
                status.attempt(),
                job.placement()
                        .map(placement -> placement.hosts().size())
                        .orElse(job.record().spec().gang().hosts()),
                job.reason(),
                generation,
                job.record().submittedAt().toString(),
                status.firstPlacedAt().map(Instant::toString).orElse(null),
                status.finishedAt().map(Instant::toString).orElse(null),
                job.placement()
                        .map(placement -> placement(placement, beside.levels()))
                        .orElse(null),
                progress(status),
                beside.ettr().isPresent() ? Math.round(beside.ettr().getAsDouble() * ETTR_DIGITS) / ETTR_DIGITS : null,
                status.restarts().applicationFailures() + status.restarts().infrastructureFailures(),
                (beside.held() && status.held()) ? true : null,
                beside.lastEvent(),
                conditions);
    }

    private void addConditions(JobView job) {
        JobStatus status = job.record().status();
        JobPhase phase = status.phase();
        String reason = job.reason();
        String word = word(phase, status);
        boolean waits = phase == JobPhase.PENDING;
        add("Queued", waits, waits ? (status.held() ? "Held" : "Waiting") : word, reason);
        add("Placed", phase.holdsHosts(), word, reason);
        add("Running", phase == JobPhase.RUNNING, word, reason);
        boolean recovers = isRecovering(status);
        add("Recovering", recovers, recovers ? recovery(status) : word, reason);
        add("Finished", phase.isTerminal(), word, reason);
    }

    /** Whether it has trained and is on its way to train again. */
    private static boolean isRecovering(JobStatus status) {
        return switch (status.phase()) {
            case PENDING -> status.attempt() > 0;
            case STARTING -> status.attempt() > 1;
            case STOPPING ->
                status.stopping()
                        .map(cause -> cause.kind() != StopCause.Kind.CANCELLATION)
                        .orElse(false);
            case RUNNING, FINISHED, FAILED, CANCELLED -> false;
        };
    }

    private static String recovery(JobStatus status) {
        return switch (status.phase()) {
            case STOPPING -> "StoppingAttempt";
            case STARTING -> "StartingAttempt";
            case PENDING, RUNNING, FINISHED, FAILED, CANCELLED -> "WaitingForHosts";
        };
    }

    private static String word(JobPhase phase, JobStatus status) {
        return switch (phase) {
            case PENDING -> status.held() ? "Held" : "Waiting";
            case STARTING -> "Starting";
            case RUNNING -> "Running";
            case STOPPING -> "Stopping";
            case FINISHED -> "Finished";
            case FAILED -> "Failed";
            case CANCELLED -> "Cancelled";
        };
    }

    private void add(String type, boolean holds, String reason, String message) {
        String status = holds ? "True" : "False";
        String since = earlier(type)
                .filter(condition -> condition.status().equals(status))
                .map(StatusCondition::lastTransitionTime)
                .orElse(now.toString());
        conditions.add(new StatusCondition(type, status, reason, message, since, generation));
    }

    private Optional<StatusCondition> earlier(String type) {
        List<StatusCondition> all = before == null || before.conditions() == null ? List.of() : before.conditions();
        return all.stream().filter(condition -> condition.type().equals(type)).findFirst();
    }

    private static TrainingJobStatus.@Nullable Progress progress(JobStatus status) {
        return status.progress()
                .map(progress -> new TrainingJobStatus.Progress(
                        progress.step(),
                        progress.totalSteps() > 0 ? progress.totalSteps() : null,
                        progress.checkpoint() > 0 ? progress.checkpoint() : null,
                        progress.loss().isPresent()
                                        && Double.isFinite(progress.loss().getAsDouble())
                                ? progress.loss().getAsDouble()
                                : null))
                .orElse(null);
    }

    private static TrainingJobStatus.Placement placement(PlacementRecord placement, List<String> levels) {
        List<HostAssignment> hosts = placement.hosts();
        Map<String, TrainingJobStatus.Domains> domains = new LinkedHashMap<>();
        for (int level = 0; level < levels.size(); level++) {
            SortedSet<String> names = new TreeSet<>();
            for (HostAssignment host : hosts) {
                if (host.path().size() > level) {
                    names.add(String.join("/", host.path().subList(0, level + 1)));
                }
            }
            domains.put(
                    levels.get(level),
                    new TrainingJobStatus.Domains(
                            names.size(),
                            names.stream().limit(MOST_DOMAINS_NAMED).toList()));
        }
        return new TrainingJobStatus.Placement(
                domains,
                hosts.isEmpty() ? null : hosts.get(0).host(),
                hosts.isEmpty() ? null : hosts.get(hosts.size() - 1).host(),
                placement.spares().size());
    }
}
