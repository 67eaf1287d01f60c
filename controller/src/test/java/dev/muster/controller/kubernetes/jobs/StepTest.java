package dev.muster.controller.kubernetes.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.controller.kubernetes.api.Api;
import dev.muster.controller.kubernetes.api.TrainingJob;
import dev.muster.controller.kubernetes.api.TrainingJobStatus;
import dev.muster.controller.operations.JobView;
import dev.muster.controller.state.JobLifecycle;
import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.LifecycleEvent;
import dev.muster.scheduler.job.JobFile;
import dev.muster.scheduler.job.JobSpec;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is to be done about each pair of an object and a job. */
class StepTest {

    private static final Instant NOW = Instant.parse("2026-12-01T00:00:00Z");
    private static final JobSpec SPEC = JobFile.read("""
                    apiVersion: muster.dev/v1alpha1
                    kind: TrainingJob
                    metadata: {name: llama}
                    spec:
                      gang: {hosts: 1, perHost: {accelerators: 8}}
                      template: {command: [train]}""").value().orElseThrow();
    private static final Optional<TrainingJob> NO_OBJECT = Optional.empty();
    private static final Optional<JobView> NO_JOB = Optional.empty();

    private static TrainingJob object(String uid) {
        TrainingJob object = new TrainingJob();
        object.setMetadata(new ObjectMetaBuilder()
                .withName("llama")
                .withNamespace("default")
                .withUid(uid)
                .withFinalizers(Api.JOB_FINALIZER)
                .build());
        return object;
    }

    private static TrainingJob deleted(String uid) {
        TrainingJob object = object(uid);
        object.getMetadata().setDeletionTimestamp("2026-12-01T00:00:00Z");
        return object;
    }

    private static JobRecord job(String submissionId) {
        return JobLifecycle.submitted("job-uid", submissionId, SPEC, false, NOW).record();
    }

    private static JobRecord held(String submissionId) {
        return JobLifecycle.submitted("job-uid", submissionId, SPEC, true, NOW).record();
    }

    private static JobRecord ended(String submissionId) {
        return JobLifecycle.on(job(submissionId), Optional.empty(), new LifecycleEvent.CancelRequested(""), NOW)
                .record();
    }

    private static Step next(Optional<TrainingJob> object, Optional<JobRecord> job) {
        return Step.next(object, job.map(record -> new JobView(record, Optional.empty(), Optional.empty())));
    }

    private static Step next(TrainingJob object, JobRecord job) {
        return next(Optional.of(object), Optional.of(job));
    }

    @Test
    void anObjectIsClaimedThenSubmittedThenReported() {
        TrainingJob fresh = object("a");
        fresh.getMetadata().setFinalizers(List.of());
        assertThat(Step.next(Optional.of(fresh), NO_JOB)).isEqualTo(Step.CLAIM);
        assertThat(Step.next(Optional.of(object("a")), NO_JOB)).isEqualTo(Step.SUBMIT);
        assertThat(next(object("a"), job("kubernetes/a"))).isEqualTo(Step.REPORT);
    }

    @Test
    void aNamesakeThatIsAnotherJobDoesNotCount() {
        assertThat(next(object("a"), job("kubernetes/b"))).isEqualTo(Step.SUBMIT);
        assertThat(next(object("a"), ended("some-uuid"))).isEqualTo(Step.SUBMIT);
        assertThat(next(deleted("a"), job("kubernetes/b"))).isEqualTo(Step.LET_GO);
    }

    @Test
    void aDeletedObjectGoesOnlyAfterItsJobHasEnded() {
        assertThat(next(deleted("a"), job("kubernetes/a"))).isEqualTo(Step.CANCEL);
        assertThat(next(deleted("a"), ended("kubernetes/a"))).isEqualTo(Step.LET_GO);
        assertThat(Step.next(Optional.of(deleted("a")), NO_JOB)).isEqualTo(Step.LET_GO);
    }

    @Test
    void aJobWithoutObjectIsMirroredIfItCameAnotherWayAndCancelledIfNot() {
        assertThat(next(NO_OBJECT, Optional.of(job("some-uuid")))).isEqualTo(Step.MIRROR);
        assertThat(next(NO_OBJECT, Optional.of(job("kubernetes/a")))).isEqualTo(Step.CANCEL);
        assertThat(next(NO_OBJECT, Optional.of(ended("some-uuid")))).isEqualTo(Step.NOTHING);
        assertThat(next(NO_OBJECT, Optional.empty())).isEqualTo(Step.NOTHING);
    }

    @Test
    void aMirrorStandsForTheJobItNames() {
        TrainingJob mirror = object("a");
        mirror.getMetadata().setAnnotations(Map.of(Api.JOB_UID_ANNOTATION, "job-uid"));
        assertThat(next(mirror, job("some-uuid"))).isEqualTo(Step.REPORT);
        mirror.getMetadata().setAnnotations(Map.of(Api.JOB_UID_ANNOTATION, "another"));
        assertThat(next(mirror, job("some-uuid"))).isEqualTo(Step.SUBMIT);
    }

    @Test
    void anEndedObjectIsNeverSubmittedAgain() {
        TrainingJob ended = object("a");
        ended.setStatus(status("FINISHED", "job-uid", false));
        assertThat(Step.next(Optional.of(ended), NO_JOB)).isEqualTo(Step.NOTHING);
        TrainingJob running = object("a");
        running.setStatus(status("RUNNING", "job-uid", false));
        assertThat(Step.next(Optional.of(running), NO_JOB)).isEqualTo(Step.SUBMIT);
    }

    @Test
    void onlyAHoldByAnnotationIsEndedByItsRemoval() {
        TrainingJob annotated = object("a");
        annotated.getMetadata().setAnnotations(Map.of(Api.HOLD_ANNOTATION, "true"));
        assertThat(next(annotated, job("kubernetes/a"))).isEqualTo(Step.HOLD);
        assertThat(next(annotated, held("kubernetes/a"))).isEqualTo(Step.REPORT);
        assertThat(next(object("a"), held("kubernetes/a"))).isEqualTo(Step.REPORT);
        TrainingJob wasAnnotated = object("a");
        wasAnnotated.setStatus(status("HELD", "job-uid", true));
        assertThat(next(wasAnnotated, held("kubernetes/a"))).isEqualTo(Step.RELEASE);
    }

    private static TrainingJobStatus status(String state, String jobUid, boolean held) {
        return new TrainingJobStatus(
                state, jobUid, 1, 1, "", 1L, null, null, null, null, null, null, 0, held, 1L, List.of());
    }
}
