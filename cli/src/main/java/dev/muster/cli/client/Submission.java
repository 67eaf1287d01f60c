package dev.muster.cli.client;

import dev.muster.proto.v1.JobSpec;
import dev.muster.proto.v1.JobSummary;
import dev.muster.proto.v1.SubmitRequest;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** Submits one job once: the submission's id lets the controller answer a repeated request without a second job. */
public final class Submission {

    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(150), Duration.ofMillis(600));
    private static final int MOST_ATTEMPTS = 4;

    private final SubmitRequest request;

    public Submission(JobSpec spec, UUID id) {
        this.request = SubmitRequest.newBuilder()
                .setSpec(spec)
                .setSubmissionId(id.toString())
                .build();
    }

    /** Returns the job once it is durable; a broken connection is tried again a few times. */
    public JobSummary submit(Controller controller, RandomGenerator random, Pause pause) throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                return controller.jobsOrStatus(jobs -> jobs.submit(request)).getJob();
            } catch (StatusRuntimeException failure) {
                if (attempt == MOST_ATTEMPTS || !StatusFailures.mayPass(failure)) {
                    throw StatusFailures.of(failure, controller.server());
                }
            }
            pause.pause(BACKOFF.delay(attempt, random));
        }
    }
}
