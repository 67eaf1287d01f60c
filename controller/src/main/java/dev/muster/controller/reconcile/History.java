package dev.muster.controller.reconcile;

import dev.muster.controller.model.ClusterModel;
import dev.muster.controller.model.Turn;
import dev.muster.controller.state.JobEvent;
import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.Transition.Announcement;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes the lines of each job's history, numbered, keeps only so many of the newest, and logs each. */
public final class History {

    /** With the attempts kept, few enough that a job and all that belongs to it is removed in one transaction. */
    private static final int EVENTS_KEPT = 100;

    private static final Logger LOG = LoggerFactory.getLogger("dev.muster.job");

    private final ClusterModel model;

    public History(ClusterModel model) {
        this.model = model;
    }

    void announce(JobRecord job, Announcement line, Turn turn) {
        List<JobEvent> before = model.events(job.uid());
        long sequence = before.isEmpty() ? 1 : before.get(before.size() - 1).sequence() + 1;
        turn.add(new JobEvent(
                job.uid(),
                sequence,
                turn.now(),
                line.type(),
                line.severity(),
                job.status().attempt(),
                line.message()));
        if (before.size() > EVENTS_KEPT) {
            turn.removeOldestEvent(job.uid());
        }
        turn.then(() -> log(job, line));
    }

    private static void log(JobRecord job, Announcement line) {
        switch (line.severity()) {
            case INFO -> LOG.info("{} {}: {}", job.key(), line.type(), line.message());
            case WARNING -> LOG.warn("{} {}: {}", job.key(), line.type(), line.message());
            case ERROR -> LOG.error("{} {}: {}", job.key(), line.type(), line.message());
        }
    }
}
