package dev.muster.controller.kubernetes.jobs;

import dev.muster.controller.model.ClusterModel;
import dev.muster.controller.model.Turn;
import dev.muster.controller.model.Turns.TurnListener;
import dev.muster.controller.state.JobEvent;
import dev.muster.controller.state.JobPhase;
import dev.muster.controller.state.JobRecord;
import dev.muster.scheduler.job.JobKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Hears on the loop thread which jobs changed, and passes their keys on: at once when something changed that people wait
 * for, at leisure when only the training advanced.
 */
public final class JobChanges implements TurnListener {

    /** Hears keys; never blocks. */
    public interface Listener {
        void changed(JobKey key);

        void progressed(JobKey key);
    }

    /** What of a job people wait for. */
    private record Seen(JobPhase phase, boolean held, int attempt, String message, long lastEvent) {}

    private final ClusterModel model;
    private final Map<String, Seen> seen = new HashMap<>();
    private volatile Optional<Listener> listener = Optional.empty();

    public JobChanges(ClusterModel model) {
        this.model = model;
    }

    void listen(Listener next) {
        listener = Optional.of(next);
    }

    @Override
    public void committed(Turn turn) {
        for (String uid : turn.touchedJobs()) {
            Optional<JobRecord> job = model.jobByUid(uid);
            if (job.isEmpty()) {
                seen.remove(uid);
                continue;
            }
            Seen now = seen(job.get());
            boolean changed = !now.equals(job.get().phase().isTerminal() ? seen.remove(uid) : seen.put(uid, now));
            listener.ifPresent(hears -> {
                if (changed) {
                    hears.changed(job.get().key());
                } else {
                    hears.progressed(job.get().key());
                }
            });
        }
    }

    private Seen seen(JobRecord job) {
        List<JobEvent> events = model.events(job.uid());
        return new Seen(
                job.phase(),
                job.status().held(),
                job.status().attempt(),
                job.status().message(),
                events.isEmpty() ? 0 : events.get(events.size() - 1).sequence());
    }
}
