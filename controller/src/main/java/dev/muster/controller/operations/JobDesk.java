package dev.muster.controller.operations;

import dev.muster.controller.goodput.Goodput;
import dev.muster.controller.loop.EventLoop;
import dev.muster.controller.model.ClusterModel;
import dev.muster.controller.model.Turn;
import dev.muster.controller.model.Turns;
import dev.muster.controller.operations.Refusal.Kind;
import dev.muster.controller.reconcile.JobReconciler;
import dev.muster.controller.reconcile.LedgerKeeper;
import dev.muster.controller.scheduling.GangScheduling;
import dev.muster.controller.scheduling.StoredSize;
import dev.muster.controller.state.JobEvent;
import dev.muster.controller.state.JobLifecycle;
import dev.muster.controller.state.JobPhase;
import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.LifecycleEvent;
import dev.muster.controller.state.NodeRecord;
import dev.muster.controller.state.PlacementRecord;
import dev.muster.controller.workload.GangRoll;
import dev.muster.scheduler.explain.Explanation;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.job.JobSpec;
import dev.muster.scheduler.job.JobValidator;
import dev.muster.scheduler.job.Violation;
import dev.muster.scheduler.queue.Queue;
import dev.muster.scheduler.queue.QueueTree;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/** Answers users about jobs; every question and change takes its turn on the loop. */
public final class JobDesk implements JobOperations {

    private static final int MAX_PAGE = 1000;
    private static final int DEFAULT_PAGE = 200;

    private final EventLoop loop;
    private final Turns turns;
    private final ClusterModel model;
    private final JobReconciler jobs;
    private final GangScheduling scheduling;
    private final LedgerKeeper ledgers;
    private final JobWatchers watchers;
    private final LogStreams logs;
    private final Supplier<String> uids;
    private final int maxUnfinishedJobs;

    public JobDesk(
            EventLoop loop,
            Turns turns,
            ClusterModel model,
            JobReconciler jobs,
            GangScheduling scheduling,
            LedgerKeeper ledgers,
            JobWatchers watchers,
            LogStreams logs,
            Supplier<String> uids,
            int maxUnfinishedJobs) {
        this.loop = loop;
        this.turns = turns;
        this.model = model;
        this.jobs = jobs;
        this.scheduling = scheduling;
        this.ledgers = ledgers;
        this.watchers = watchers;
        this.logs = logs;
        this.uids = uids;
        this.maxUnfinishedJobs = maxUnfinishedJobs;
    }

    @Override
    public CompletableFuture<JobView> submit(JobSpec spec, String submissionId, boolean held) {
        Optional<Refusal> invalid = invalid(spec);
        if (invalid.isPresent()) {
            return CompletableFuture.failedFuture(invalid.get());
        }
        return ask("submit", turn -> {
            Optional<JobRecord> namesake = model.job(spec.key());
            if (namesake.isPresent() && namesake.get().submissionId().equals(submissionId)) {
                return view(namesake.get(), turn.now());
            }
            namesake.ifPresent(JobDesk::refuseIfAlive);
            refuseBeyondBound();
            refuseImpossible(draft(spec, turn));
            namesake.ifPresent(turn::remove);
            return view(jobs.submit(spec, uids.get(), submissionId, held, turn), turn.now());
        });
    }

    private static Optional<Refusal> invalid(JobSpec spec) {
        List<Violation> violations = JobValidator.check(spec);
        return violations.isEmpty()
                ? Optional.empty()
                : Optional.of(new Refusal(
                        Kind.INVALID,
                        violations.get(0)
                                + (violations.size() > 1 ? " (and " + (violations.size() - 1) + " more)" : "")));
    }

    private static void refuseIfAlive(JobRecord job) {
        if (!job.phase().isTerminal()) {
            throw new Refusal(
                    Kind.ALREADY_EXISTS,
                    "job " + job.key() + " already exists and is " + job.phase()
                            + "; cancel it first, or choose another name with --name");
        }
    }

    /** The job as it would be, for questions. */
    private static JobRecord draft(JobSpec spec, Turn turn) {
        return JobLifecycle.submitted("draft", "draft", spec, false, turn.now()).record();
    }

    private void refuseImpossible(JobRecord draft) {
        long bytes = StoredSize.ofStart(draft.spec());
        if (bytes > StoredSize.MOST_A_START) {
            bytes = StoredSize.ofPackedStart(
                    draft.spec(),
                    () -> model.nodesAfter("").stream().map(NodeRecord::name).iterator());
        }
        if (bytes > StoredSize.MOST_A_START) {
            throw new Refusal(
                    Kind.INVALID,
                    "job " + draft.key() + " with its " + draft.spec().gang().hosts() + " hosts would take about "
                            + bytes
                            + " bytes in the store, at most " + StoredSize.MOST_A_START
                            + " fit; give it fewer hosts, or a shorter command and environment");
        }
        scheduling.objectionTo(draft).ifPresent(why -> {
            throw new Refusal(Kind.INVALID, why);
        });
    }

    private void refuseBeyondBound() {
        int unfinished = model.jobsIn(JobPhase.PENDING)
                + model.jobsIn(JobPhase.STARTING)
                + model.jobsIn(JobPhase.RUNNING)
                + model.jobsIn(JobPhase.STOPPING);
        if (unfinished >= maxUnfinishedJobs) {
            throw new Refusal(
                    Kind.EXHAUSTED,
                    unfinished + " jobs have not ended, the most this controller takes is " + maxUnfinishedJobs
                            + "; try again when some have");
        }
    }

    @Override
    public CompletableFuture<Views.DryRun> dryRun(JobSpec spec) {
        Optional<Refusal> invalid = invalid(spec);
        if (invalid.isPresent()) {
            return CompletableFuture.failedFuture(invalid.get());
        }
        return ask("dry-run", turn -> {
            JobRecord draft = draft(spec, turn);
            refuseImpossible(draft);
            GangScheduling.Forecast forecast = scheduling.forecast(draft, turn.now());
            return new Views.DryRun(forecast.placement(), forecast.waiting(), forecast.preempts());
        });
    }

    @Override
    public CompletableFuture<Views.JobPage> list(JobFilter filter, int pageSize, String pageToken) {
        int size = pageSize <= 0 ? DEFAULT_PAGE : Math.min(pageSize, MAX_PAGE);
        return ask("list-jobs", turn -> {
            List<JobView> page = new ArrayList<>();
            String next = "";
            for (String uid : model.listing(PageTokens.jobs(pageToken))) {
                JobRecord job = model.jobByUid(uid).orElseThrow();
                if (!filter.matches(job)) {
                    continue;
                }
                if (page.size() == size) {
                    next = PageTokens.after(page.get(size - 1).record());
                    break;
                }
                page.add(view(job, turn.now()));
            }
            return new Views.JobPage(page, next);
        });
    }

    @Override
    public CompletableFuture<JobView> get(JobKey key) {
        return ask("get-job", turn -> view(find(key), turn.now()));
    }

    @Override
    public CompletableFuture<Views.JobDetail> detail(JobKey key) {
        return ask("job-detail", turn -> {
            JobRecord job = find(key);
            return new Views.JobDetail(view(job, turn.now()), model.attempts(job.uid()), ranks(job));
        });
    }

    private List<Views.HostRanks> ranks(JobRecord job) {
        Optional<GangRoll> roll = jobs.roll(job.uid());
        Optional<PlacementRecord> placement = model.placementOf(job);
        if (roll.isEmpty() || placement.isEmpty()) {
            return List.of();
        }
        return placement.get().hosts().stream()
                .map(part -> new Views.HostRanks(part.host(), roll.get().ranks(part.host())))
                .toList();
    }

    @Override
    public CompletableFuture<JobView> explain(JobKey key) {
        return ask("explain-job", turn -> {
            JobRecord job = find(key);
            Optional<Explanation> waiting = job.phase() == JobPhase.PENDING
                    ? scheduling.forecast(job, turn.now()).waiting()
                    : Optional.empty();
            return new JobView(
                    job, model.placementOf(job).filter(p -> job.phase().holdsHosts()), waiting);
        });
    }

    @Override
    public CompletableFuture<Views.Events> events(JobKey key) {
        return ask("job-events", turn -> {
            List<JobEvent> kept = List.copyOf(model.events(find(key).uid()));
            return new Views.Events(kept, kept.isEmpty() ? 0 : kept.get(0).sequence() - 1);
        });
    }

    @Override
    public CompletableFuture<Views.Goodput> goodput(Optional<JobKey> key) {
        return ask("goodput", turn -> {
            if (key.isEmpty()) {
                return GoodputViews.of("cluster", ledgers.cluster(turn.now()));
            }
            JobRecord job = find(key.get());
            Goodput goodput = Goodput.of(model.ledger(job.uid()).orElseThrow(), turn.now());
            return GoodputViews.of(job.key().toString(), goodput);
        });
    }

    @Override
    public CompletableFuture<Views.Goodput> goodputOfQueue(String queue) {
        return ask("goodput", turn -> {
            QueueTree queues = scheduling.queues();
            if (queues.queue(queue).isEmpty()) {
                throw new Refusal(
                        Kind.NOT_FOUND, "there is no queue \"" + queue + "\"; `muster queues` lists those there are");
            }
            Goodput sum = Goodput.NONE;
            for (Map.Entry<String, Goodput> entry : ledgers.byQueue(turn.now()).entrySet()) {
                sum = isWithin(entry.getKey(), queue, queues) ? sum.plus(entry.getValue()) : sum;
            }
            return GoodputViews.of("queue " + queue, sum);
        });
    }

    /** Whether a queue is the other one, or below it. */
    private static boolean isWithin(String queue, String other, QueueTree queues) {
        for (Optional<Queue> at = queues.queue(queue);
                at.isPresent();
                at = at.get().parent()) {
            if (at.get().name().equals(other)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public CompletableFuture<JobView> cancel(JobKey key, String why) {
        return change("cancel-job", key, new LifecycleEvent.CancelRequested(why));
    }

    @Override
    public CompletableFuture<JobView> hold(JobKey key) {
        return change("hold-job", key, new LifecycleEvent.HoldRequested());
    }

    @Override
    public CompletableFuture<JobView> release(JobKey key) {
        return change("release-job", key, new LifecycleEvent.ReleaseRequested());
    }

    private CompletableFuture<JobView> change(String name, JobKey key, LifecycleEvent event) {
        return ask(name, turn -> {
            JobRecord job = find(key);
            jobs.refusal(job, event, turn.now()).ifPresent(why -> {
                throw new Refusal(Kind.WRONG_STATE, why);
            });
            jobs.fire(job.uid(), event, turn);
            scheduling.requestCycle();
            return view(find(key), turn.now());
        });
    }

    @Override
    public CompletableFuture<Subscription> watch(JobKey key, WatchListener listener) {
        return ask("watch-job", turn -> {
            JobRecord job = find(key);
            JobWatchers.Watcher watcher = watchers.add(job, view(job, turn.now()), listener, turn);
            return () -> loop.tell("unwatch-job", turns.operation(later -> {
                watchers.remove(watcher);
                return true;
            }));
        });
    }

    @Override
    public CompletableFuture<Subscription> logs(LogQuery query, LogListener listener) {
        return ask("logs", turn -> logs.open(find(query.key()), query, listener));
    }

    private JobRecord find(JobKey key) {
        return model.job(key)
                .orElseThrow(() -> new Refusal(
                        Kind.NOT_FOUND,
                        "no job " + key + "; `muster list` shows the jobs, --namespace chooses another namespace"));
    }

    private JobView view(JobRecord job, Instant now) {
        return new JobView(
                job,
                model.placementOf(job).filter(placement -> job.phase().holdsHosts()),
                job.phase() == JobPhase.PENDING ? scheduling.lastExplanation(job, now) : Optional.empty());
    }

    private <R> CompletableFuture<R> ask(String name, Function<Turn, R> body) {
        return loop.submit(name, turns.operation(body));
    }
}
