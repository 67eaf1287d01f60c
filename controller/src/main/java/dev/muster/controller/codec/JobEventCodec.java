package dev.muster.controller.codec;

import dev.muster.controller.state.JobEvent;
import dev.muster.proto.v1.Severity;
import dev.muster.proto.v1.StoredJobEvent;
import java.time.Instant;

/** A line of a job's history. */
final class JobEventCodec {

    private static final EnumMapping<JobEvent.Severity, Severity> SEVERITIES =
            EnumMapping.of(JobEvent.Severity.class, Severity.class, "SEVERITY_");

    private JobEventCodec() {}

    static dev.muster.proto.v1.JobEvent write(JobEvent event) {
        return dev.muster.proto.v1.JobEvent.newBuilder()
                .setAtMillis(event.at().toEpochMilli())
                .setType(event.type())
                .setAttempt(event.attempt())
                .setMessage(event.message())
                .setSeverity(SEVERITIES.wire(event.severity()))
                .setSequence(event.sequence())
                .build();
    }

    static StoredJobEvent writeStored(JobEvent event) {
        return StoredJobEvent.newBuilder()
                .setSchemaVersion(RecordCodec.SCHEMA_VERSION)
                .setJobUid(event.jobUid())
                .setSequence(event.sequence())
                .setAtMillis(event.at().toEpochMilli())
                .setType(event.type())
                .setSeverity(SEVERITIES.wire(event.severity()))
                .setAttempt(event.attempt())
                .setMessage(event.message())
                .build();
    }

    static JobEvent readStored(StoredJobEvent stored, Problems problems) {
        return new JobEvent(
                problems.required("job_uid", stored.getJobUid(), Bounds.IDENTITY_LENGTH),
                stored.getSequence(),
                Instant.ofEpochMilli(stored.getAtMillis()),
                stored.getType(),
                problems.known("severity", SEVERITIES, stored.getSeverity(), JobEvent.Severity.INFO),
                stored.getAttempt(),
                stored.getMessage());
    }
}
