package dev.muster.cli.client;

import dev.muster.proto.v1.JobSpec;
import dev.muster.proto.v1.JobSummary;
import dev.muster.proto.v1.SubmitRequest;
import java.util.UUID;

/** Submits one job once: the submission's id lets the controller answer a repeated request without a second job. */
public final class Submission {

    private static final int LEAST_ATTEMPTS = 4;

    private final SubmitRequest request;

    public Submission(JobSpec spec, UUID id) {
        this.request = SubmitRequest.newBuilder()
                .setSpec(spec)
                .setSubmissionId(id.toString())
                .build();
    }

    /** Returns the job once it is durable; a broken connection is tried again, at another controller where there is one. */
    public JobSummary submit(Controller controller) {
        return controller
                .changeOnce(jobs -> jobs.submit(request), LEAST_ATTEMPTS)
                .getJob();
    }
}
