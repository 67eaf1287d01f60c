package dev.muster.scheduler.plan;

import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.queue.Queue;
import dev.muster.scheduler.queue.QueueTree;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Whether a queue, and those above it, may use something more when certain jobs have ended. */
final class QuotaOutlook {

    private final QueueTree queues;
    private final ResourceVector wanted;
    /** What the queue of the job and those above it use by then; only of those that have a maximum. */
    private final Map<Queue, ResourceVector> usage = new LinkedHashMap<>();

    QuotaOutlook(QueueTree queues, String queue, ResourceVector wanted) {
        this.queues = queues;
        this.wanted = wanted;
        for (Optional<Queue> at = queues.queue(queue);
                at.isPresent();
                at = at.get().parent()) {
            if (!at.get().spec().max().isEmpty()) {
                usage.put(at.get(), at.get().usage());
            }
        }
    }

    void ended(String queue, ResourceVector amount) {
        if (usage.isEmpty()) {
            return;
        }
        for (Optional<Queue> at = queues.queue(queue);
                at.isPresent();
                at = at.get().parent()) {
            usage.computeIfPresent(at.get(), (known, held) -> held.minus(amount));
        }
    }

    boolean allows() {
        for (Map.Entry<Queue, ResourceVector> entry : usage.entrySet()) {
            for (Map.Entry<String, Long> limit : entry.getKey().spec().max().entrySet()) {
                long more = wanted.amount(limit.getKey());
                if (more > 0 && entry.getValue().amount(limit.getKey()) > limit.getValue() - more) {
                    return false;
                }
            }
        }
        return true;
    }
}
