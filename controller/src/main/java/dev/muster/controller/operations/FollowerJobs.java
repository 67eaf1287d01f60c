package dev.muster.controller.operations;

import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.job.JobSpec;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** What a controller that follows says about jobs: ask the leader. */
public final class FollowerJobs implements JobOperations {

    private final Supplier<Optional<String>> leader;

    /** @param leader where the leader is, as far as that is known */
    public FollowerJobs(Supplier<Optional<String>> leader) {
        this.leader = leader;
    }

    private <R> CompletableFuture<R> askTheLeader() {
        return CompletableFuture.failedFuture(Refusal.notLeading(leader.get()));
    }

    @Override
    public CompletableFuture<JobView> submit(JobSpec spec, String submissionId, boolean held) {
        return askTheLeader();
    }

    @Override
    public CompletableFuture<Views.DryRun> dryRun(JobSpec spec) {
        return askTheLeader();
    }

    @Override
    public CompletableFuture<Views.JobPage> list(JobFilter filter, int pageSize, String pageToken) {
        return askTheLeader();
    }

    @Override
    public CompletableFuture<JobView> get(JobKey key) {
        return askTheLeader();
    }

    @Override
    public CompletableFuture<Views.JobDetail> detail(JobKey key) {
        return askTheLeader();
    }

    @Override
    public CompletableFuture<JobView> explain(JobKey key) {
        return askTheLeader();
    }

    @Override
    public CompletableFuture<Views.Events> events(JobKey key) {
        return askTheLeader();
    }

    @Override
    public CompletableFuture<Views.Goodput> goodput(Optional<JobKey> key) {
        return askTheLeader();
    }

    @Override
    public CompletableFuture<Views.Goodput> goodputOfQueue(String queue) {
        return askTheLeader();
    }

    @Override
    public CompletableFuture<JobView> cancel(JobKey key, String why) {
        return askTheLeader();
    }

    @Override
    public CompletableFuture<JobView> hold(JobKey key) {
        return askTheLeader();
    }

    @Override
    public CompletableFuture<JobView> release(JobKey key) {
        return askTheLeader();
    }

    @Override
    public CompletableFuture<Subscription> watch(JobKey key, WatchListener listener) {
        return askTheLeader();
    }

    @Override
    public CompletableFuture<Subscription> logs(LogQuery query, LogListener listener) {
        return askTheLeader();
    }
}
