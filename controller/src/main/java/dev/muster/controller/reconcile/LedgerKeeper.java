package dev.muster.controller.reconcile;

import dev.muster.controller.goodput.GoodputAccounting;
import dev.muster.controller.goodput.GoodputReport;
import dev.muster.controller.goodput.JobLedger;
import dev.muster.controller.model.ClusterModel;
import dev.muster.controller.model.Turn;
import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.Transition;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Keeps each job's goodput ledger in step with its life, and the cluster's with all of them. */
public final class LedgerKeeper {

    /** How much progress may have to be reported again after a crash; the ledger adds up whatever is lost. */
    private static final Duration STORE_PROGRESS_EVERY = Duration.ofSeconds(10);

    private final ClusterModel model;
    private final Map<String, Instant> storedAt = new HashMap<>();

    public LedgerKeeper(ClusterModel model) {
        this.model = model;
    }

    /**
     * Follows one transition.
     *
     * @param before empty for a new job
     * @param progressOnly whether nothing happened but progress
     * @return whether the job and its ledger are to be stored now
     */
    boolean follow(Optional<JobRecord> before, Transition transition, boolean progressOnly, Turn turn) {
        JobRecord job = transition.record();
        JobLedger next = before.map(earlier ->
                        GoodputAccounting.book(model.ledger(job.uid()).orElseThrow(), earlier, transition, turn.now()))
                .orElseGet(() -> GoodputAccounting.opened(job, turn.now()));
        boolean durable = !progressOnly || isDue(job.uid(), turn.now());
        if (!durable) {
            turn.note(job.uid(), next);
            return false;
        }
        turn.put(job.uid(), next);
        storedAt.put(job.uid(), turn.now());
        if (job.phase().isTerminal()
                && before.filter(was -> !was.phase().isTerminal()).isPresent()) {
            storedAt.remove(job.uid());
            turn.put(model.goodput().withEnded(next, turn.now()));
        }
        return true;
    }

    private boolean isDue(String jobUid, Instant now) {
        Instant last = storedAt.get(jobUid);
        return last == null || !now.isBefore(last.plus(STORE_PROGRESS_EVERY));
    }

    /** Where the accelerator time of all jobs went, those that are long gone too. */
    public GoodputReport cluster(Instant now) {
        return model.goodput().at(model.openLedgers(), now);
    }
}
