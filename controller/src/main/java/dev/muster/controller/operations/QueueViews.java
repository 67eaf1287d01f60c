package dev.muster.controller.operations;

import dev.muster.controller.model.ClusterModel;
import dev.muster.controller.operations.Views.QueueView;
import dev.muster.controller.scheduling.GangScheduling;
import dev.muster.controller.state.JobPhase;
import dev.muster.controller.state.JobRecord;
import dev.muster.scheduler.cluster.QueueSpec;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.queue.Queue;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The queues with what runs and waits in each. Walks the jobs, so it is asked for by people only. */
final class QueueViews {

    private final ClusterModel model;
    private final GangScheduling scheduling;

    QueueViews(ClusterModel model, GangScheduling scheduling) {
        this.model = model;
        this.scheduling = scheduling;
    }

    /** Jobs of one queue, those of the queues below not counted. */
    private static final class Tally {
        private int running;
        private int pending;
        private long oldestWaitMillis;

        private void count(JobRecord job, Instant now) {
            if (job.phase().holdsHosts()) {
                running++;
            } else if (job.phase() == JobPhase.PENDING) {
                pending++;
                long waited = Duration.between(job.submittedAt(), now).toMillis();
                oldestWaitMillis = Math.max(oldestWaitMillis, waited);
            }
        }
    }

    List<QueueView> all(Instant now) {
        Map<String, Tally> tallies = new HashMap<>();
        for (JobRecord job : model.jobs()) {
            tallies.computeIfAbsent(job.spec().queue(), queue -> new Tally()).count(job, now);
        }
        List<QueueView> views = new ArrayList<>();
        for (Queue queue : scheduling.queues().queues()) {
            if (!queue.spec().name().equals(QueueSpec.ROOT)) {
                String name = queue.spec().name();
                List<Double> shares = scheduling.queues().fairShare(name).byDepth();
                double own = shares.isEmpty() ? 0 : shares.get(shares.size() - 1);
                views.add(view(queue, tallies.getOrDefault(name, new Tally()), own));
            }
        }
        return views;
    }

    private static QueueView view(Queue queue, Tally tally, double share) {
        QueueSpec spec = queue.spec();
        return new QueueView(
                spec.name(),
                spec.parent(),
                spec.guaranteed(),
                spec.max().isEmpty() ? Optional.empty() : Optional.of(new ResourceVector(spec.max())),
                spec.weight(),
                queue.usage(),
                queue.usage().minusAtMost(spec.guaranteed()),
                share,
                tally.running,
                tally.pending,
                tally.oldestWaitMillis);
    }
}
