package dev.muster.controller.kubernetes.jobs;

import dev.muster.controller.operations.JobOperations;
import dev.muster.controller.operations.JobView;
import dev.muster.controller.operations.Refusal;
import dev.muster.controller.state.JobEvent;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.job.JobSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What the core is asked, waiting for each answer; never on the loop thread. */
final class CoreJobs {

    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(30);
    private static final int PAGE = 500;

    private final JobOperations jobs;

    CoreJobs(JobOperations jobs) {
        this.jobs = jobs;
    }

    /** The core's no. */
    static final class No extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient Refusal refusal;

        private No(Refusal refusal) {
            super(refusal.getMessage());
            this.refusal = refusal;
        }

        String words() {
            return String.valueOf(refusal.getMessage());
        }
    }

    Optional<JobView> get(JobKey key) throws InterruptedException {
        try {
            return Optional.of(answer(jobs.get(key)));
        } catch (No no) {
            return found(no);
        }
    }

    private static Optional<JobView> found(No no) {
        if (no.refusal.kind() == Refusal.Kind.NOT_FOUND) {
            return Optional.empty();
        }
        throw no.refusal;
    }

    JobView submit(JobSpec spec, String submissionId, boolean held) throws No, InterruptedException {
        return answer(jobs.submit(spec, submissionId, held));
    }

    void cancel(JobKey key, String why) throws No, InterruptedException {
        answer(jobs.cancel(key, why));
    }

    void hold(JobKey key) throws No, InterruptedException {
        answer(jobs.hold(key));
    }

    void release(JobKey key) throws No, InterruptedException {
        answer(jobs.release(key));
    }

    List<JobEvent> events(JobKey key) throws No, InterruptedException {
        return answer(jobs.events(key)).events();
    }

    OptionalDouble ettr(JobKey key) throws No, InterruptedException {
        double ettr = answer(jobs.goodput(Optional.of(key))).ettr();
        return Double.isFinite(ettr) ? OptionalDouble.of(ettr) : OptionalDouble.empty();
    }

    /** The names of all jobs that have not ended. */
    List<JobKey> unfinished() throws InterruptedException {
        List<JobKey> keys = new ArrayList<>();
        JobOperations.JobFilter all = new JobOperations.JobFilter(Optional.empty(), Optional.empty(), Set.of());
        String token = "";
        try {
            do {
                var page = answer(jobs.list(all, PAGE, token));
                page.jobs().stream()
                        .map(JobView::record)
                        .filter(job -> !job.phase().isTerminal())
                        .forEach(job -> keys.add(job.key()));
                token = page.nextPageToken();
            } while (!token.isEmpty());
        } catch (No no) {
            throw no.refusal;
        }
        return keys;
    }

    private static <T> T answer(CompletableFuture<T> future) throws No, InterruptedException {
        try {
            return future.get(ANSWERS_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof Refusal refusal) {
                if (refusal.kind() == Refusal.Kind.UNAVAILABLE || refusal.kind() == Refusal.Kind.NOT_LEADING) {
                    throw refusal;
                }
                throw new No(refusal);
            }
            throw new CompletionException(failure.getCause());
        } catch (TimeoutException slow) {
            throw new CompletionException("the core did not answer within " + ANSWERS_WITHIN.toSeconds() + " s", slow);
        }
    }
}
