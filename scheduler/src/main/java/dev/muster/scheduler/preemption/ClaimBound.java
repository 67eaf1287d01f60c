package dev.muster.scheduler.preemption;

import dev.muster.scheduler.cluster.QueueSpec;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.queue.Queue;
import dev.muster.scheduler.workload.WaitingJob;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether all that queues may lose, and all that is free, could be enough.
 *
 * <p>Goals: to refuse a job that nobody may give way to enough for, without a look at any gang.
 *
 * <p>Constraints: never refuses what is possible.
 *
 * <p>Algorithm: for each resource, from the leaves to the root: a queue can lose what its own jobs hold, if anything of it may be taken
 * (the job's queue: what is less important), and what the queues below can lose, but no more than it holds above its guarantee, unless
 * the job belongs to it.
 *
 * <p>Example: 4,000 accelerators, all held by a queue that is guaranteed 3,921. A job of another queue that needs 80 is refused: 79 can be
 * lost.
 *
 * <p>Complexity: queues x resources that the job asks for.
 */
final class ClaimBound {

    private final Question question;
    private final Permission permission;

    ClaimBound(Question question, Permission permission) {
        this.question = question;
        this.permission = permission;
    }

    /** Whether the job could have all it needs, as far as queues and the cluster as a whole decide. */
    boolean mayHold() {
        List<Queue> own =
                question.queues().queue(question.job().queue()).map(Queue::path).orElse(List.of());
        ResourceVector capacity = question.cluster().capacity();
        for (Map.Entry<String, Long> wanted : question.leastTotal().amounts().entrySet()) {
            String resource = wanted.getKey();
            long held = usage(resource);
            long free = Math.max(0, capacity.amount(resource) - held);
            if (wanted.getValue() > free + losable(resource, own)) {
                return false;
            }
        }
        return true;
    }

    private long usage(String resource) {
        return question.queues()
                .queue(QueueSpec.ROOT)
                .map(root -> root.usage().amount(resource))
                .orElse(0L);
    }

    private long losableOf(Queue queue, String resource) {
        WaitingJob job = question.job();
        if (queue.name().equals(job.queue())) {
            return question.workload().heldBelow(job.queue(), job.priority()).amount(resource);
        }
        return permission.mayTakeFrom(queue.name()) ? queue.ownUsage().amount(resource) : 0;
    }

    private long losable(String resource, List<Queue> own) {
        Map<Queue, Long> below = new LinkedHashMap<>();
        List<Queue> childrenFirst = new ArrayList<>(question.queues().queues());
        Collections.reverse(childrenFirst);
        long all = 0;
        for (Queue queue : childrenFirst) {
            long most = below.getOrDefault(queue, 0L);
            most += losableOf(queue, resource);
            long guaranteed = queue.spec().guaranteed().amount(resource);
            if (guaranteed > 0 && !own.contains(queue)) {
                most = Math.min(most, Math.max(0, queue.usage().amount(resource) - guaranteed));
            }
            if (queue.parent().isPresent()) {
                below.merge(queue.parent().get(), most, Long::sum);
            } else {
                all = most;
            }
        }
        return all;
    }
}
