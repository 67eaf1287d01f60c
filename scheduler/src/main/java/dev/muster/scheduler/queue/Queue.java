package dev.muster.scheduler.queue;

import dev.muster.scheduler.cluster.QueueSpec;
import dev.muster.scheduler.job.ResourceVector;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A queue with what its jobs and those of the queues below hold. Changed only by its {@link QueueTree}. */
public final class Queue {

    private final QueueSpec spec;
    private final @Nullable Queue parent;
    private ResourceVector usage = ResourceVector.ZERO;

    Queue(QueueSpec spec, @Nullable Queue parent) {
        this.spec = spec;
        this.parent = parent;
    }

    public QueueSpec spec() {
        return spec;
    }

    public Optional<Queue> parent() {
        return Optional.ofNullable(parent);
    }

    /** What the running jobs of this queue and of all below hold. */
    public ResourceVector usage() {
        return usage;
    }

    /** The first resource of which this queue alone would use more than its maximum. */
    Optional<QuotaExcess> excess(ResourceVector held, ResourceVector more) {
        for (Map.Entry<String, Long> limit : spec.max().entrySet()) {
            String resource = limit.getKey();
            long wanted = more.amount(resource);
            long free = Math.max(0, limit.getValue() - held.amount(resource));
            if (wanted > free) {
                return Optional.of(
                        new QuotaExcess(spec.name(), resource, limit.getValue(), held.amount(resource), wanted));
            }
        }
        return Optional.empty();
    }

    void charge(ResourceVector amount) {
        usage = usage.plus(amount);
    }

    void refund(ResourceVector amount) {
        usage = usage.minus(amount);
    }
}
