package dev.muster.controller.codec;

import dev.muster.controller.state.Blame;
import dev.muster.controller.state.JobPhase;
import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.JobStatus;
import dev.muster.controller.state.RestartHistory;
import dev.muster.controller.state.RestartHistory.LastFailure;
import dev.muster.controller.state.StopCause;
import dev.muster.proto.v1.StoredBlame;
import dev.muster.proto.v1.StoredBlameWeight;
import dev.muster.proto.v1.StoredFailure;
import dev.muster.proto.v1.StoredJob;
import dev.muster.proto.v1.StoredJobPhase;
import dev.muster.proto.v1.StoredJobStatus;
import dev.muster.proto.v1.StoredRestartHistory;
import dev.muster.proto.v1.StoredStopCause;
import dev.muster.proto.v1.StoredStopKind;
import java.time.Instant;
import java.util.Optional;
import java.util.TreeSet;

/** A job as the store keeps it. */
final class StoredJobCodec {

    private static final EnumMapping<JobPhase, StoredJobPhase> PHASES =
            EnumMapping.of(JobPhase.class, StoredJobPhase.class, "STORED_JOB_PHASE_");
    private static final EnumMapping<StopCause.Kind, StoredStopKind> KINDS =
            EnumMapping.of(StopCause.Kind.class, StoredStopKind.class, "STORED_STOP_KIND_");

    private static final EnumMapping<Blame.Weight, StoredBlameWeight> WEIGHTS =
            EnumMapping.of(Blame.Weight.class, StoredBlameWeight.class, "STORED_BLAME_WEIGHT_");

    private StoredJobCodec() {}

    static StoredJob write(JobRecord record) {
        return StoredJob.newBuilder()
                .setSchemaVersion(RecordCodec.SCHEMA_VERSION)
                .setUid(record.uid())
                .setSubmissionId(record.submissionId())
                .setSubmittedAtMillis(record.submittedAt().toEpochMilli())
                .setSpec(JobSpecCodec.write(record.spec()))
                .setStatus(write(record.status()))
                .build();
    }

    private static StoredJobStatus write(JobStatus status) {
        StoredJobStatus.Builder stored = StoredJobStatus.newBuilder()
                .setPhase(PHASES.wire(status.phase()))
                .setHeld(status.held())
                .setAttempt(status.attempt())
                .setRestarts(write(status.restarts()))
                .addAllAvoidHosts(status.avoidHosts())
                .setMessage(status.message());
        status.firstPlacedAt().ifPresent(at -> stored.setFirstPlacedAtMillis(at.toEpochMilli()));
        status.finishedAt().ifPresent(at -> stored.setFinishedAtMillis(at.toEpochMilli()));
        status.stopping().ifPresent(cause -> stored.setStopping(write(cause)));
        status.progress().ifPresent(progress -> stored.setProgress(ProgressCodec.write(progress)));
        return stored.build();
    }

    private static StoredStopCause write(StopCause cause) {
        StoredStopCause.Builder stored = StoredStopCause.newBuilder()
                .setKind(KINDS.wire(cause.kind()))
                .addAllHosts(cause.hosts())
                .setMessage(cause.message());
        cause.blame().ifPresent(blame -> stored.setBlame(write(blame)));
        return stored.build();
    }

    private static StoredBlame write(Blame blame) {
        return StoredBlame.newBuilder()
                .addAllHosts(blame.hosts())
                .setSignature(blame.signature())
                .setWeight(WEIGHTS.wire(blame.weight()))
                .build();
    }

    private static StoredRestartHistory write(RestartHistory restarts) {
        StoredRestartHistory.Builder stored = StoredRestartHistory.newBuilder()
                .setApplicationFailures(restarts.applicationFailures())
                .setInfrastructureFailures(restarts.infrastructureFailures())
                .setCheckpointAtLastFailure(restarts.checkpointAtLastFailure());
        restarts.recent().forEach(at -> stored.addRecentMillis(at.toEpochMilli()));
        restarts.last()
                .ifPresent(last -> stored.setLast(StoredFailure.newBuilder()
                        .setSignature(last.signature())
                        .addAllHosts(last.hosts())
                        .setAtMillis(last.at().toEpochMilli())
                        .setTimes(last.times())));
        return stored.build();
    }

    static JobRecord read(StoredJob stored, Problems problems) {
        return new JobRecord(
                problems.required("uid", stored.getUid(), Bounds.IDENTITY_LENGTH),
                stored.getSubmissionId(),
                Instant.ofEpochMilli(stored.getSubmittedAtMillis()),
                JobSpecCodec.readStored(stored.getSpec(), problems),
                readStatus(stored.getStatus(), problems));
    }

    private static JobStatus readStatus(StoredJobStatus stored, Problems problems) {
        return new JobStatus(
                problems.known("status.phase", PHASES, stored.getPhase(), JobPhase.PENDING),
                stored.getHeld(),
                problems.notNegative("status.attempt", stored.getAttempt()),
                Times.optional(stored.hasFirstPlacedAtMillis(), stored.getFirstPlacedAtMillis()),
                Times.optional(stored.hasFinishedAtMillis(), stored.getFinishedAtMillis()),
                stored.hasStopping() ? Optional.of(readCause(stored.getStopping(), problems)) : Optional.empty(),
                readRestarts(stored.getRestarts()),
                new TreeSet<>(stored.getAvoidHostsList()),
                stored.hasProgress() ? Optional.of(ProgressCodec.read(stored.getProgress())) : Optional.empty(),
                stored.getMessage());
    }

    private static StopCause readCause(StoredStopCause stored, Problems problems) {
        return new StopCause(
                problems.known("status.stopping.kind", KINDS, stored.getKind(), StopCause.Kind.CANCELLATION),
                new TreeSet<>(stored.getHostsList()),
                stored.getMessage(),
                stored.hasBlame() ? Optional.of(readBlame(stored.getBlame(), problems)) : Optional.empty());
    }

    private static Blame readBlame(StoredBlame stored, Problems problems) {
        return new Blame(
                new TreeSet<>(stored.getHostsList()),
                stored.getSignature(),
                problems.known("status.stopping.blame.weight", WEIGHTS, stored.getWeight(), Blame.Weight.CONSEQUENCE));
    }

    private static RestartHistory readRestarts(StoredRestartHistory stored) {
        return new RestartHistory(
                stored.getApplicationFailures(),
                stored.getInfrastructureFailures(),
                stored.getRecentMillisList().stream().map(Instant::ofEpochMilli).toList(),
                stored.getCheckpointAtLastFailure(),
                stored.hasLast() ? Optional.of(readFailure(stored.getLast())) : Optional.empty());
    }

    private static LastFailure readFailure(StoredFailure stored) {
        return new LastFailure(
                stored.getSignature(),
                new TreeSet<>(stored.getHostsList()),
                Instant.ofEpochMilli(stored.getAtMillis()),
                stored.getTimes());
    }
}
