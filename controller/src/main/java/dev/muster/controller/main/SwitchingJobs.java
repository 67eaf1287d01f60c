package dev.muster.controller.main;

import dev.muster.controller.operations.JobOperations;
import dev.muster.controller.operations.JobView;
import dev.muster.controller.operations.Views;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.job.JobSpec;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Hands each call to the desk of the role that this controller has at that moment. */
record SwitchingJobs(Supplier<JobOperations> desk) implements JobOperations {

    @Override
    public CompletableFuture<JobView> submit(JobSpec spec, String submissionId, boolean held) {
        return desk.get().submit(spec, submissionId, held);
    }

    @Override
    public CompletableFuture<Views.DryRun> dryRun(JobSpec spec) {
        return desk.get().dryRun(spec);
    }

    @Override
    public CompletableFuture<Views.JobPage> list(JobFilter filter, int pageSize, String pageToken) {
        return desk.get().list(filter, pageSize, pageToken);
    }

    @Override
    public CompletableFuture<JobView> get(JobKey key) {
        return desk.get().get(key);
    }

    @Override
    public CompletableFuture<Views.JobDetail> detail(JobKey key) {
        return desk.get().detail(key);
    }

    @Override
    public CompletableFuture<JobView> explain(JobKey key) {
        return desk.get().explain(key);
    }

    @Override
    public CompletableFuture<Views.Events> events(JobKey key) {
        return desk.get().events(key);
    }

    @Override
    public CompletableFuture<Views.Goodput> goodput(Optional<JobKey> key) {
        return desk.get().goodput(key);
    }

    @Override
    public CompletableFuture<Views.Goodput> goodputOfQueue(String queue) {
        return desk.get().goodputOfQueue(queue);
    }

    @Override
    public CompletableFuture<JobView> cancel(JobKey key, String why) {
        return desk.get().cancel(key, why);
    }

    @Override
    public CompletableFuture<JobView> hold(JobKey key) {
        return desk.get().hold(key);
    }

    @Override
    public CompletableFuture<JobView> release(JobKey key) {
        return desk.get().release(key);
    }

    @Override
    public CompletableFuture<Subscription> watch(JobKey key, WatchListener listener) {
        return desk.get().watch(key, listener);
    }

    @Override
    public CompletableFuture<Subscription> logs(LogQuery query, LogListener listener) {
        return desk.get().logs(query, listener);
    }
}
