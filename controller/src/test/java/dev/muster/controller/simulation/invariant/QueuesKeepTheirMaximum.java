package dev.muster.controller.simulation.invariant;

import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.PlacementRecord;
import dev.muster.scheduler.cluster.QueueSpec;
import dev.muster.scheduler.job.ResourceVector;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What the jobs of a queue hold, spares too, is never more than its maximum, also while some stop and others begin. */
public final class QueuesKeepTheirMaximum extends Invariant {

    private final Map<String, Long> maximum = new TreeMap<>();
    private final Map<String, Long> held = new HashMap<>();
    private final Map<String, JobRecord> jobs = new HashMap<>();

    public QueuesKeepTheirMaximum(List<QueueSpec> queues) {
        for (QueueSpec queue : queues) {
            Optional.ofNullable(queue.max().get(ResourceVector.ACCELERATORS))
                    .ifPresent(most -> maximum.put(queue.name(), most));
        }
    }

    @Override
    public void stored(Optional<JobRecord> before, JobRecord job) {
        jobs.put(job.uid(), job);
    }

    @Override
    public void stored(Optional<PlacementRecord> before, PlacementRecord placement) {
        before.ifPresent(earlier -> book(earlier, -1));
        book(placement, 1);
    }

    private void book(PlacementRecord placement, int sign) {
        JobRecord job = jobs.get(placement.jobUid());
        if (job != null && placement.endedAt().isEmpty()) {
            long each = job.spec().gang().perHost().amount(ResourceVector.ACCELERATORS);
            held.merge(job.spec().queue(), sign * each * placement.everyHost().size(), Long::sum);
        }
    }

    @Override
    public void transactionStored() {
        maximum.forEach((queue, most) -> require(
                held.getOrDefault(queue, 0L) <= most,
                () -> "queue " + queue + " holds " + held.get(queue) + " accelerators, at most " + most));
    }
}
