package dev.muster.scheduler.queue;

import dev.muster.scheduler.cluster.QueueSpec;
import dev.muster.scheduler.job.JobSpec;
import dev.muster.scheduler.job.ResourceVector;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The queues of a cluster and what each uses. What a job holds is charged to its queue and to every queue above, so that
 * the maximum of any of them binds. Changed in place, by one thread.
 */
public final class QueueTree {

    private final Map<String, Queue> queues = new LinkedHashMap<>();

    /**
     * A tree of these queues under the root; with none, one queue {@code default} that may use everything.
     *
     * @throws IllegalArgumentException when a name comes twice, or a parent is unknown or lies below its child
     */
    public QueueTree(List<QueueSpec> specs) {
        List<QueueSpec> declared = specs.isEmpty() ? List.of(QueueSpec.unlimited(JobSpec.DEFAULT_QUEUE)) : specs;
        Map<String, QueueSpec> byName = new LinkedHashMap<>();
        for (QueueSpec spec : declared) {
            if (spec.name().equals(QueueSpec.ROOT) || byName.put(spec.name(), spec) != null) {
                throw new IllegalArgumentException("queue " + spec.name() + " is declared twice; names must differ");
            }
        }
        queues.put(QueueSpec.ROOT, new Queue(QueueSpec.unlimited(QueueSpec.ROOT), null));
        for (QueueSpec spec : declared) {
            build(spec, byName, byName.size());
        }
    }

    private Queue build(QueueSpec spec, Map<String, QueueSpec> byName, int depthLeft) {
        Queue known = queues.get(spec.name());
        if (known != null) {
            return known;
        }
        Queue parent = queues.get(spec.parent());
        if (parent == null) {
            QueueSpec above = byName.get(spec.parent());
            if (above == null || depthLeft == 0) {
                throw new IllegalArgumentException("queue " + spec.name() + " has the parent " + spec.parent()
                        + ", which is unknown or lies below it; name another queue, or root");
            }
            parent = build(above, byName, depthLeft - 1);
        }
        Queue queue = new Queue(spec, parent);
        queues.put(spec.name(), queue);
        return queue;
    }

    public Optional<Queue> queue(String name) {
        return Optional.ofNullable(queues.get(name));
    }

    /** All queues, the root first, each after its parent. */
    public Collection<Queue> queues() {
        return Collections.unmodifiableCollection(queues.values());
    }

    /** Whether jobs can be submitted to it: it is declared, and it is not the root. */
    public boolean takesJobs(String name) {
        return queues.containsKey(name) && !name.equals(QueueSpec.ROOT);
    }

    /** What would exceed a maximum if the queue used this in addition; the innermost such queue. */
    public Optional<QuotaExcess> excess(String name, ResourceVector more) {
        return excess(name, more, false);
    }

    /** What would exceed a maximum even if nothing else ran. */
    public Optional<QuotaExcess> excessWhenIdle(String name, ResourceVector more) {
        return excess(name, more, true);
    }

    private Optional<QuotaExcess> excess(String name, ResourceVector more, boolean idle) {
        for (Queue queue = known(name); queue != null; queue = queue.parent().orElse(null)) {
            Optional<QuotaExcess> excess = queue.excess(idle ? ResourceVector.ZERO : queue.usage(), more);
            if (excess.isPresent()) {
                return excess;
            }
        }
        return Optional.empty();
    }

    /** Notes that a job of the queue holds this now. Maxima are not checked: what runs already runs. */
    public void charge(String name, ResourceVector amount) {
        for (@Nullable Queue queue = known(name);
                queue != null;
                queue = queue.parent().orElse(null)) {
            queue.charge(amount);
        }
    }

    /**
     * Notes that a job of the queue does not hold this any more.
     *
     * @throws IllegalArgumentException when the queue did not hold that much
     */
    public void refund(String name, ResourceVector amount) {
        for (@Nullable Queue queue = known(name);
                queue != null;
                queue = queue.parent().orElse(null)) {
            queue.refund(amount);
        }
    }

    private Queue known(String name) {
        Queue queue = queues.get(name);
        if (queue == null) {
            throw new IllegalArgumentException("queue " + name + " does not exist; one of " + queues.keySet());
        }
        return queue;
    }
}
