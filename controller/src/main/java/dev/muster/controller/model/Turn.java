package dev.muster.controller.model;

import dev.muster.controller.goodput.GoodputLedger;
import dev.muster.controller.goodput.JobLedger;
import dev.muster.controller.loop.Decision;
import dev.muster.controller.state.JobEvent;
import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.NodeRecord;
import dev.muster.controller.state.PlacementRecord;
import dev.muster.controller.store.StoreWrite;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What one operation decides: each change goes into the model at once and to the store with all the others; actions run
 * once those are durable. Later writes of a key replace earlier ones.
 */
public final class Turn {

    private final ClusterModel model;
    private final RecordFormat format;
    private final Instant now;
    private final Map<String, StoreWrite> writes = new LinkedHashMap<>();
    private final List<Runnable> actions = new ArrayList<>();
    private final Set<String> touchedJobs = new LinkedHashSet<>();

    Turn(ClusterModel model, RecordFormat format, Instant now) {
        this.model = model;
        this.format = format;
        this.now = now;
    }

    /** Read once for the whole turn. */
    public Instant now() {
        return now;
    }

    public void put(JobRecord job) {
        model.put(job);
        write(StoreKeys.job(job.key()), format.encode(job));
        touchedJobs.add(job.uid());
    }

    /** Changes the job in memory only: what is lost with the process will be reported again. */
    public void note(JobRecord job) {
        model.put(job);
        touchedJobs.add(job.uid());
    }

    public void put(PlacementRecord placement, int attemptsKept) {
        model.put(placement);
        write(StoreKeys.placement(placement.jobUid(), placement.attempt()), format.encode(placement));
        int oldest = placement.attempt() - attemptsKept;
        if (model.attempt(placement.jobUid(), oldest).isPresent()) {
            model.removeAttempt(placement.jobUid(), oldest);
            delete(StoreKeys.placement(placement.jobUid(), oldest));
        }
    }

    public void add(JobEvent event) {
        model.add(event);
        write(StoreKeys.event(event.jobUid(), event.sequence()), format.encode(event));
        touchedJobs.add(event.jobUid());
    }

    public void removeOldestEvent(String jobUid) {
        delete(StoreKeys.event(jobUid, model.events(jobUid).get(0).sequence()));
        model.removeOldestEvent(jobUid);
    }

    public void put(String jobUid, JobLedger ledger) {
        model.put(jobUid, ledger);
        write(StoreKeys.ledger(jobUid), format.encode(ledger));
    }

    /** As {@link #note(JobRecord)}. */
    public void note(String jobUid, JobLedger ledger) {
        model.put(jobUid, ledger);
    }

    public void put(String queue, GoodputLedger goodput) {
        model.put(queue, goodput);
        write(StoreKeys.goodput(queue), format.encode(goodput));
    }

    public void put(NodeRecord node) {
        model.put(node);
        write(StoreKeys.node(node.name()), format.encode(node));
    }

    /** Removes a job that has ended, with all that belongs to it. */
    public void remove(JobRecord job) {
        model.attempts(job.uid()).forEach(attempt -> delete(StoreKeys.placement(job.uid(), attempt.attempt())));
        model.events(job.uid()).forEach(event -> delete(StoreKeys.event(job.uid(), event.sequence())));
        delete(StoreKeys.ledger(job.uid()));
        delete(StoreKeys.job(job.key()));
        model.removeJob(job);
        touchedJobs.add(job.uid());
    }

    /** Removes a host that holds nothing. */
    public void remove(NodeRecord node) {
        if (!model.activeOn(node.name()).isEmpty()) {
            throw new IllegalStateException("host " + node.name() + " holds an attempt; it cannot be removed");
        }
        delete(StoreKeys.node(node.name()));
        model.removeNode(node.name());
    }

    /** Runs on the loop thread once everything this turn wrote is durable. */
    public void then(Runnable action) {
        actions.add(action);
    }

    /** The jobs that this turn changed. */
    public Set<String> touchedJobs() {
        return touchedJobs;
    }

    private void write(String key, byte[] value) {
        writes.remove(key);
        writes.put(key, new StoreWrite.Put(key, value));
    }

    private void delete(String key) {
        writes.remove(key);
        writes.put(key, new StoreWrite.Delete(key));
    }

    <R> Decision<R> decision(R answer, Turns.TurnListener listener) {
        List<Runnable> all = new ArrayList<>(actions);
        if (!touchedJobs.isEmpty()) {
            all.add(() -> listener.committed(this));
        }
        return new Decision<>(List.copyOf(writes.values()), all, answer);
    }
}
