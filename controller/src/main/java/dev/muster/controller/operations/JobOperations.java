package dev.muster.controller.operations;

import dev.muster.controller.state.JobEvent;
import dev.muster.controller.state.JobRecord;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.job.JobSpec;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * What users ask about jobs. Futures complete once what they report is durable; they fail with a {@code Refusal} when
 * the answer is no.
 */
public interface JobOperations {

    /** @param held whether the job waits for its user from the beginning */
    CompletableFuture<JobView> submit(JobSpec spec, String submissionId, boolean held);

    default CompletableFuture<JobView> submit(JobSpec spec, String submissionId) {
        return submit(spec, submissionId, false);
    }

    CompletableFuture<Views.DryRun> dryRun(JobSpec spec);

    CompletableFuture<Views.JobPage> list(JobFilter filter, int pageSize, String pageToken);

    CompletableFuture<JobView> get(JobKey key);

    CompletableFuture<Views.JobDetail> detail(JobKey key);

    /** The job, with the explanation of its wait worked out in full. */
    CompletableFuture<JobView> explain(JobKey key);

    CompletableFuture<Views.Events> events(JobKey key);

    /** Of one job, or of the whole cluster when empty. */
    CompletableFuture<Views.Goodput> goodput(Optional<JobKey> key);

    /** Of all jobs of one queue and those below it. */
    CompletableFuture<Views.Goodput> goodputOfQueue(String queue);

    /** @param why goes into the job's history: {@code by its user} */
    CompletableFuture<JobView> cancel(JobKey key, String why);

    default CompletableFuture<JobView> cancel(JobKey key) {
        return cancel(key, "by its user");
    }

    CompletableFuture<JobView> hold(JobKey key);

    CompletableFuture<JobView> release(JobKey key);

    /** The listener hears the present state at once and then each change, until the job ends or it is closed. */
    CompletableFuture<Subscription> watch(JobKey key, WatchListener listener);

    /** Streams output of ranks to the listener until it is exhausted, fails, or is closed. */
    CompletableFuture<Subscription> logs(LogQuery query, LogListener listener);

    /** Empty parts match everything. */
    record JobFilter(Optional<String> namespace, Optional<String> queue, Set<JobState> states) {

        public boolean matches(JobRecord job) {
            return namespace.map(job.key().namespace()::equals).orElse(true)
                    && queue.map(job.spec().queue()::equals).orElse(true)
                    && (states.isEmpty() || states.contains(JobState.of(job.status())));
        }
    }

    /** A listener's line to the core; closing it twice is once, and soon nothing more is heard. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }

    /** Hears a job change; never blocks. */
    interface WatchListener {
        void changed(JobView job, List<JobEvent> newEvents);

        void ended();
    }

    /**
     * Which output to stream.
     *
     * @param rank empty: every rank
     * @param tailLines 0: all that is kept
     * @param attempt empty: the present one
     */
    record LogQuery(JobKey key, OptionalInt rank, int tailLines, boolean follow, OptionalInt attempt) {}

    /** Hears output and never blocks; it runs {@code consumed} once the bytes are on their way, so that a slow reader slows the sender. */
    interface LogListener {
        void data(int rank, byte[] bytes, Runnable consumed);

        void notice(int rank, String text);

        void ended();
    }
}
