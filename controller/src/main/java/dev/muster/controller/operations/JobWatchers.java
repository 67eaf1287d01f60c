package dev.muster.controller.operations;

import dev.muster.controller.model.ClusterModel;
import dev.muster.controller.model.Turn;
import dev.muster.controller.model.Turns.TurnListener;
import dev.muster.controller.operations.JobOperations.WatchListener;
import dev.muster.controller.state.JobEvent;
import dev.muster.controller.state.JobRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tells watchers about their jobs once a change is durable. Belongs to the loop thread. */
public final class JobWatchers implements TurnListener {

    private final ClusterModel model;
    private final Map<String, List<Watcher>> byJob = new HashMap<>();

    /** One listener and how far it has heard. */
    static final class Watcher {
        private final String jobUid;
        private final WatchListener listener;
        private long lastSequence;

        private Watcher(String jobUid, WatchListener listener, long lastSequence) {
            this.jobUid = jobUid;
            this.listener = listener;
            this.lastSequence = lastSequence;
        }
    }

    public JobWatchers(ClusterModel model) {
        this.model = model;
    }

    /** Tells the listener the present state once that is durable, and from then on each change. */
    Watcher add(JobRecord job, JobView view, WatchListener listener, Turn turn) {
        List<JobEvent> past = List.copyOf(model.events(job.uid()));
        Watcher watcher = new Watcher(
                job.uid(),
                listener,
                past.isEmpty() ? 0 : past.get(past.size() - 1).sequence());
        turn.then(() -> {
            listener.changed(view, past);
            if (job.phase().isTerminal()) {
                listener.ended();
            } else {
                byJob.computeIfAbsent(job.uid(), uid -> new ArrayList<>()).add(watcher);
            }
        });
        return watcher;
    }

    void remove(Watcher watcher) {
        List<Watcher> watchers = byJob.get(watcher.jobUid);
        if (watchers != null && watchers.remove(watcher) && watchers.isEmpty()) {
            byJob.remove(watcher.jobUid);
        }
    }

    @Override
    public void committed(Turn turn) {
        for (String jobUid : turn.touchedJobs()) {
            List<Watcher> watchers = byJob.get(jobUid);
            if (watchers != null) {
                notify(jobUid, watchers);
            }
        }
    }

    private void notify(String jobUid, List<Watcher> watchers) {
        Optional<JobRecord> job = model.jobByUid(jobUid);
        if (job.isEmpty()) {
            byJob.remove(jobUid);
            watchers.forEach(watcher -> watcher.listener.ended());
            return;
        }
        JobView view = new JobView(
                job.get(),
                model.placementOf(job.get())
                        .filter(placement -> job.get().phase().holdsHosts()),
                Optional.empty());
        for (Watcher watcher : List.copyOf(watchers)) {
            List<JobEvent> fresh = model.events(jobUid).stream()
                    .filter(event -> event.sequence() > watcher.lastSequence)
                    .toList();
            fresh.forEach(event -> watcher.lastSequence = Math.max(watcher.lastSequence, event.sequence()));
            watcher.listener.changed(view, fresh);
            if (job.get().phase().isTerminal()) {
                watcher.listener.ended();
            }
        }
        if (job.get().phase().isTerminal()) {
            byJob.remove(jobUid);
        }
    }
}
