package dev.muster.controller.reconcile;

import dev.muster.controller.goodput.Goodput;
import dev.muster.controller.goodput.GoodputAccounting;
import dev.muster.controller.goodput.GoodputLedger;
import dev.muster.controller.goodput.GoodputReport;
import dev.muster.controller.goodput.JobLedger;
import dev.muster.controller.goodput.SecondOrder.Cause;
import dev.muster.controller.goodput.SecondOrder.Charge;
import dev.muster.controller.model.ClusterModel;
import dev.muster.controller.model.Turn;
import dev.muster.controller.state.JobPhase;
import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.StopCause;
import dev.muster.controller.state.Transition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Keeps each job's goodput ledger in step with its life, and those of queues and the cluster with all of them. */
public final class LedgerKeeper {

    /** How much progress may have to be reported again after a crash; the ledger adds up whatever is lost. */
    private static final Duration STORE_PROGRESS_EVERY = Duration.ofSeconds(10);

    private final ClusterModel model;
    private final SettledTime settled;
    private final Map<String, Instant> storedAt = new HashMap<>();

    public LedgerKeeper(ClusterModel model) {
        this.model = model;
        this.settled = new SettledTime(model);
    }

    /**
     * Follows one transition; the account of a job that has ended is closed, whatever is still said of it.
     *
     * @param before empty for a new job
     * @param progressOnly whether nothing happened but progress
     * @return whether the job and its ledger are to be stored now
     */
    boolean follow(Optional<JobRecord> before, Transition transition, boolean progressOnly, Turn turn) {
        settled.load();
        if (before.filter(was -> was.phase().isTerminal()).isPresent()) {
            return true;
        }
        JobRecord job = transition.record();
        JobLedger next = before.map(earlier ->
                        GoodputAccounting.book(model.ledger(job.uid()).orElseThrow(), earlier, transition, turn.now()))
                .orElseGet(() -> GoodputAccounting.opened(job, turn.now()));
        boolean ended = job.phase().isTerminal();
        JobLedger booked = ended ? next.chargeClosed() : next;
        Optional<Charge> due = booked.secondOrder().charge().filter(Charge::closed);
        boolean durable = !progressOnly || due.isPresent() || isDue(job.uid(), turn.now());
        if (!durable) {
            turn.note(job.uid(), booked);
            return false;
        }
        store(job, due.isPresent() ? booked.chargeHandedOver() : booked, turn);
        due.ifPresent(charge -> handOver(charge, turn));
        if (ended) {
            end(job, turn);
        }
        return true;
    }

    private boolean isDue(String jobUid, Instant now) {
        Instant last = storedAt.get(jobUid);
        return last == null || !now.isBefore(last.plus(STORE_PROGRESS_EVERY));
    }

    private void store(JobRecord job, JobLedger ledger, Turn turn) {
        String queue = job.spec().queue();
        if (!model.goodputByQueue().containsKey(queue)) {
            turn.put(queue, GoodputLedger.opened(turn.now()));
        }
        turn.put(job.uid(), ledger);
        storedAt.put(job.uid(), turn.now());
        settled.stored(job.uid(), queue, ledger.settled());
    }

    private void end(JobRecord job, Turn turn) {
        JobLedger last = model.ledger(job.uid()).orElseThrow();
        String queue = job.spec().queue();
        turn.put(queue, ofQueue(queue).withEnded(last, turn.now()));
        storedAt.remove(job.uid());
        settled.ended(job.uid());
    }

    private GoodputLedger ofQueue(String queue) {
        return model.goodputByQueue().getOrDefault(queue, GoodputLedger.NONE);
    }

    // ---- second-order losses

    /**
     * The gang of {@code victim} has been told to stop for {@code by}. When that one waits because of a failure, its own
     * or one that made others preempt it, what the victim loses is charged to that failure.
     */
    void preempted(String victimUid, JobRecord by, Turn turn) {
        Optional<JobRecord> victim = model.jobByUid(victimUid)
                .filter(job -> job.status()
                        .stopping()
                        .filter(cause -> cause.kind() == StopCause.Kind.PREEMPTION)
                        .isPresent());
        Optional<Cause> cause = model.ledger(by.uid()).flatMap(ledger -> cause(by, ledger));
        if (victim.isPresent() && cause.isPresent()) {
            JobLedger ledger = model.ledger(victimUid).orElseThrow();
            store(victim.get(), ledger.charged(cause.get()), turn);
        }
    }

    private static Optional<Cause> cause(JobRecord job, JobLedger ledger) {
        if (ledger.secondOrder().requeuedByFailure()) {
            return Optional.of(new Cause(job.uid(), job.spec().queue()));
        }
        return ledger.secondOrder().charge().map(Charge::cause);
    }

    /** A job that has ended is in its queue's sum already, so what it caused later goes there too. */
    private void handOver(Charge charge, Turn turn) {
        Cause cause = charge.cause();
        Optional<JobRecord> job = model.jobByUid(cause.jobUid());
        model.ledger(cause.jobUid())
                .ifPresent(ledger -> turn.put(cause.jobUid(), ledger.causing(charge.acceleratorMillis())));
        if (job.map(JobRecord::phase).map(JobPhase::isTerminal).orElse(true)) {
            turn.put(cause.queue(), ofQueue(cause.queue()).causing(charge.acceleratorMillis()));
        }
    }

    // ---- answers

    /** Where the accelerator time of all jobs went, those that are long gone too; walks all jobs that have not ended. */
    public Goodput cluster(Instant now) {
        return byQueue(now).values().stream().reduce(Goodput.NONE, Goodput::plus);
    }

    /** The same by queue, those that ever had a job. */
    public SortedMap<String, Goodput> byQueue(Instant now) {
        Map<String, List<JobLedger>> open = new HashMap<>();
        model.eachOpenLedger((job, ledger) -> open.computeIfAbsent(job.spec().queue(), queue -> new ArrayList<>())
                .add(ledger));
        SortedMap<String, Goodput> all = new TreeMap<>();
        model.goodputByQueue().forEach((queue, ledger) -> {
            GoodputReport whole = ledger.at(open.getOrDefault(queue, List.of()), now);
            all.put(queue, Goodput.of(ledger, whole, now));
        });
        return all;
    }

    /** Settled and stored time by queue and bucket, for counters. */
    public SettledTime settledTime() {
        return settled;
    }
}
