package dev.muster.cli.fake;

import dev.muster.proto.v1.JobEvent;
import dev.muster.proto.v1.JobState;
import dev.muster.proto.v1.JobSummary;
import dev.muster.proto.v1.JobUpdate;
import dev.muster.proto.v1.Progress;
import dev.muster.proto.v1.Severity;
import java.time.Instant;
import java.util.List;

/** Messages that tests begin with. */
public final class Samples {

    /** When the tests take place. */
    public static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");

    private Samples() {}

    /** A job that has run for a minute: half-way, on 3 hosts with a spare. */
    public static JobSummary job(String name) {
        return JobSummary.newBuilder()
                .setNamespace("default")
                .setName(name)
                .setUid("uid-" + name)
                .setState(JobState.JOB_STATE_RUNNING)
                .setQueue("default")
                .setPriority(100)
                .setHosts(3)
                .setSpares(1)
                .setAccelerators(8)
                .setSubmittedAtMillis(NOW.minusSeconds(65).toEpochMilli())
                .setStartedAtMillis(NOW.minusSeconds(60).toEpochMilli())
                .setAttempt(1)
                .setProgress(Progress.newBuilder()
                        .setStep(200)
                        .setTotalSteps(400)
                        .setCheckpoint(150)
                        .setLoss(0.25)
                        .setReportedAtMillis(NOW.minusSeconds(1).toEpochMilli()))
                .setReason("running on n1,n2,n3")
                .build();
    }

    public static JobSummary job(String name, JobState state) {
        return job(name).toBuilder().setState(state).build();
    }

    public static JobEvent event(long sequence, String type, String message) {
        return JobEvent.newBuilder()
                .setSequence(sequence)
                .setType(type)
                .setMessage(message)
                .setAttempt(1)
                .setSeverity(Severity.SEVERITY_INFO)
                .setAtMillis(NOW.minusSeconds(60 - sequence).toEpochMilli())
                .build();
    }

    public static JobUpdate update(JobSummary job, JobEvent... events) {
        return JobUpdate.newBuilder().setJob(job).addAllEvents(List.of(events)).build();
    }
}
