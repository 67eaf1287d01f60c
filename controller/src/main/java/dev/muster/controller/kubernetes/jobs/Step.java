package dev.muster.controller.kubernetes.jobs;

import dev.muster.controller.kubernetes.api.Api;
import dev.muster.controller.kubernetes.api.TrainingJob;
import dev.muster.controller.kubernetes.api.TrainingJobStatus;
import dev.muster.controller.operations.JobView;
import dev.muster.controller.state.JobPhase;
import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.StopCause;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What is to be done next about one name, judged by nothing but the object and the job of that name. */
enum Step {
    NOTHING,
    /** The object gets its finalizer, before anything may depend on hearing of its end. */
    CLAIM,
    /** The core gets the job. */
    SUBMIT,
    HOLD,
    RELEASE,
    CANCEL,
    /** A job without an object gets one. */
    MIRROR,
    /** The object learns what became of its job. */
    REPORT,
    /** The object may go, once no pod of its job runs. */
    LET_GO;

    private static final String FROM_KUBERNETES = "kubernetes/";
    private static final Set<String> ENDS =
            Set.of(JobPhase.FINISHED.name(), JobPhase.FAILED.name(), JobPhase.CANCELLED.name());

    /**
     * The submission that an object is. The mark in front tells jobs whose object is gone, which are to end, from jobs that
     * came another way, which are to get one.
     */
    static String submissionId(TrainingJob object) {
        return FROM_KUBERNETES + object.getMetadata().getUid();
    }

    static Step next(Optional<TrainingJob> object, Optional<JobView> job) {
        if (object.isEmpty()) {
            return job.map(view -> ofLoneJob(view.record())).orElse(NOTHING);
        }
        Optional<JobRecord> own = job.map(JobView::record).filter(record -> isOf(object.get(), record));
        return object.get().getMetadata().getDeletionTimestamp() == null
                ? ofLiving(object.get(), own)
                : ofDeleted(object.get(), own);
    }

    private static Step ofLoneJob(JobRecord job) {
        if (job.phase().isTerminal()) {
            return NOTHING;
        }
        if (!job.submissionId().startsWith(FROM_KUBERNETES)) {
            return MIRROR;
        }
        return isBeingCancelled(job) ? NOTHING : CANCEL;
    }

    private static Step ofLiving(TrainingJob object, Optional<JobRecord> job) {
        if (hasEnded(object)) {
            return NOTHING;
        }
        if (!hasFinalizer(object)) {
            return CLAIM;
        }
        if (job.isEmpty()) {
            return SUBMIT;
        }
        if (isToBeHeld(object)
                && job.get().phase() == JobPhase.PENDING
                && !job.get().status().held()) {
            return HOLD;
        }
        if (!isToBeHeld(object) && isHeldHere(object) && job.get().status().held()) {
            return RELEASE;
        }
        return REPORT;
    }

    private static Step ofDeleted(TrainingJob object, Optional<JobRecord> job) {
        if (!hasFinalizer(object)) {
            return NOTHING;
        }
        if (job.isEmpty() || job.get().phase().isTerminal()) {
            return LET_GO;
        }
        return isBeingCancelled(job.get()) ? REPORT : CANCEL;
    }

    private static boolean isBeingCancelled(JobRecord job) {
        return job.status()
                .stopping()
                .filter(cause -> cause.kind() == StopCause.Kind.CANCELLATION)
                .isPresent();
    }

    /** Whether a job is the one that this object stands for, and not a namesake. */
    static boolean isOf(TrainingJob object, JobRecord job) {
        ObjectMeta metadata = object.getMetadata();
        Map<String, String> annotations = metadata.getAnnotations();
        return job.submissionId().equals(submissionId(object))
                || (annotations != null && job.uid().equals(annotations.get(Api.JOB_UID_ANNOTATION)));
    }

    static boolean hasEnded(TrainingJob object) {
        TrainingJobStatus status = object.getStatus();
        return status != null && status.jobUid() != null && status.state() != null && ENDS.contains(status.state());
    }

    static boolean isToBeHeld(TrainingJob object) {
        Map<String, String> annotations = object.getMetadata().getAnnotations();
        return annotations != null && "true".equals(annotations.get(Api.HOLD_ANNOTATION));
    }

    /** Whether it was the annotation that held the job; a hold by {@code muster hold} is none of the object's business. */
    private static boolean isHeldHere(TrainingJob object) {
        return object.getStatus() != null
                && Boolean.TRUE.equals(object.getStatus().held());
    }

    private static boolean hasFinalizer(TrainingJob object) {
        return object.getMetadata().getFinalizers().contains(Api.JOB_FINALIZER);
    }
}
