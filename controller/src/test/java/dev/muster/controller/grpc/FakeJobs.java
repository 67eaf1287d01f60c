package dev.muster.controller.grpc;

import dev.muster.controller.operations.JobOperations;
import dev.muster.controller.operations.JobView;
import dev.muster.controller.operations.Refusal;
import dev.muster.controller.operations.Views;
import dev.muster.controller.state.JobEvent;
import dev.muster.controller.state.JobPhase;
import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.JobStatus;
import dev.muster.controller.state.RestartHistory;
import dev.muster.scheduler.job.GangSpec;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.job.JobSpec;
import dev.muster.scheduler.job.ProcessLayout;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.job.RestartSpec;
import dev.muster.scheduler.job.TemplateSpec;
import dev.muster.scheduler.job.TopologySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Queue;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A core that knows jobs by name and does what the test tells it. */
final class FakeJobs implements JobOperations {

    final Map<JobKey, JobView> known = new ConcurrentHashMap<>();
    final Queue<Object> asked = new ConcurrentLinkedQueue<>();
    final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    final AtomicReference<@Nullable CompletableFuture<JobView>> pendingAnswer = new AtomicReference<>();
    final CompletableFuture<WatchListener> watcher = new CompletableFuture<>();
    final CompletableFuture<LogListener> reader = new CompletableFuture<>();
    final AtomicReference<@Nullable CompletableFuture<Subscription>> pendingSubscription = new AtomicReference<>();
    final AtomicInteger closedSubscriptions = new AtomicInteger();
    volatile Views.@Nullable JobDetail detail;
    volatile List<JobEvent> history = List.of();

    static JobView view(JobSpec spec, JobPhase phase, boolean held, String message) {
        JobStatus status = new JobStatus(
                phase,
                held,
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                RestartHistory.NONE,
                new TreeSet<>(),
                Optional.empty(),
                message);
        return new JobView(
                new JobRecord("uid-" + spec.key().name(), "s1", Instant.ofEpochMilli(1000), spec, status),
                Optional.empty(),
                Optional.empty());
    }

    static JobSpec spec(String name) {
        return new JobSpec(
                new JobKey("default", name),
                "default",
                5,
                new GangSpec(3, 3, 1, ResourceVector.of(2, 0, 0), Optional.empty(), ProcessLayout.PER_ACCELERATOR),
                TopologySpec.ANYWHERE,
                Optional.empty(),
                true,
                Duration.ZERO,
                Optional.empty(),
                RestartSpec.DEFAULT,
                TemplateSpec.ofCommand(List.of("java", "Train.java"), Map.of()));
    }

    JobView add(JobView view) {
        known.put(view.record().key(), view);
        return view;
    }

    @Override
    public CompletableFuture<JobView> submit(JobSpec spec, String submissionId, boolean held) {
        asked.add(spec);
        CompletableFuture<JobView> pending = pendingAnswer.get();
        if (pending != null) {
            return pending;
        }
        return answer(() -> {
            if (known.containsKey(spec.key())) {
                throw new Refusal(
                        Refusal.Kind.ALREADY_EXISTS, spec.key() + " exists; cancel it or choose another name");
            }
            return add(view(spec, JobPhase.PENDING, false, ""));
        });
    }

    @Override
    public CompletableFuture<Views.DryRun> dryRun(JobSpec spec) {
        return answer(() -> new Views.DryRun(List.of(), Optional.empty(), List.of(new JobKey("default", "victim"))));
    }

    @Override
    public CompletableFuture<Views.JobPage> list(JobFilter filter, int pageSize, String pageToken) {
        asked.add(filter);
        asked.add(pageSize);
        return answer(() -> new Views.JobPage(
                known.values().stream()
                        .filter(view -> filter.matches(view.record()))
                        .toList(),
                "next"));
    }

    @Override
    public CompletableFuture<JobView> get(JobKey key) {
        return find(key);
    }

    @Override
    public CompletableFuture<Views.JobDetail> detail(JobKey key) {
        Views.JobDetail prepared = detail;
        return prepared != null
                ? CompletableFuture.completedFuture(prepared)
                : find(key).thenApply(view -> new Views.JobDetail(view, List.of(), List.of()));
    }

    @Override
    public CompletableFuture<JobView> explain(JobKey key) {
        return find(key);
    }

    @Override
    public CompletableFuture<Views.Events> events(JobKey key) {
        return answer(() -> new Views.Events(history, 2));
    }

    @Override
    public CompletableFuture<Views.Goodput> goodput(Optional<JobKey> key) {
        return answer(() -> goodput(key.map(JobKey::toString).orElse("cluster")));
    }

    @Override
    public CompletableFuture<Views.Goodput> goodputOfQueue(String queue) {
        return answer(() -> goodput("queue " + queue));
    }

    private static Views.Goodput goodput(String scope) {
        return new Views.Goodput(
                scope,
                new TreeMap<>(Map.of("starting", 10L, "productive", 90L)),
                List.of("productive", "starting"),
                100,
                7,
                14,
                0.9,
                OptionalDouble.of(0.8),
                3,
                5);
    }

    @Override
    public CompletableFuture<JobView> cancel(JobKey key, String why) {
        return find(key);
    }

    @Override
    public CompletableFuture<JobView> hold(JobKey key) {
        return find(key);
    }

    @Override
    public CompletableFuture<JobView> release(JobKey key) {
        return find(key);
    }

    @Override
    public CompletableFuture<Subscription> watch(JobKey key, WatchListener listener) {
        watcher.complete(listener);
        return subscription(key);
    }

    @Override
    public CompletableFuture<Subscription> logs(LogQuery query, LogListener listener) {
        asked.add(query);
        reader.complete(listener);
        return subscription(query.key());
    }

    private CompletableFuture<Subscription> subscription(JobKey key) {
        CompletableFuture<Subscription> pending = pendingSubscription.get();
        return pending != null ? pending : find(key).thenApply(view -> closedSubscriptions::incrementAndGet);
    }

    private CompletableFuture<JobView> find(JobKey key) {
        return answer(() -> Optional.ofNullable(known.get(key))
                .orElseThrow(() ->
                        new Refusal(Refusal.Kind.NOT_FOUND, "no job " + key + "; muster list shows those there are")));
    }

    private <A> CompletableFuture<A> answer(Supplier<A> work) {
        Throwable broken = failure.get();
        if (broken != null) {
            return CompletableFuture.failedFuture(broken);
        }
        return CompletableFuture.completedFuture(work).thenApply(Supplier::get);
    }
}
