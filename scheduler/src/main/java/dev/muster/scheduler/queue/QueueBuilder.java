package dev.muster.scheduler.queue;

import dev.muster.scheduler.cluster.QueueSpec;
import dev.muster.scheduler.job.JobSpec;
import dev.muster.scheduler.job.ResourceVector;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes a tree of declared queues and refuses what is none. Files are checked before, with lines; this holds for every caller. */
final class QueueBuilder {

    private final List<QueueSpec> declared;
    private final Map<String, QueueSpec> byName = new LinkedHashMap<>();
    private final Map<String, Queue> queues = new LinkedHashMap<>();

    QueueBuilder(List<QueueSpec> specs) {
        declared = specs.isEmpty() ? List.of(QueueSpec.unlimited(JobSpec.DEFAULT_QUEUE)) : specs;
    }

    /** The root first, each after its parent. */
    Map<String, Queue> build() {
        for (QueueSpec spec : declared) {
            if (spec.name().equals(QueueSpec.ROOT) || byName.put(spec.name(), spec) != null) {
                throw new IllegalArgumentException("queue " + spec.name() + " is declared twice; names must differ");
            }
            check(spec);
        }
        queues.put(QueueSpec.ROOT, new Queue(QueueSpec.unlimited(QueueSpec.ROOT), null));
        for (QueueSpec spec : declared) {
            build(spec, byName.size());
        }
        checkSums();
        return queues;
    }

    private static void check(QueueSpec spec) {
        if (spec.weight() < 1) {
            throw new IllegalArgumentException(
                    "queue " + spec.name() + " has the weight " + spec.weight() + "; give at least 1");
        }
        spec.max().forEach((resource, limit) -> {
            if (spec.guaranteed().amount(resource) > limit) {
                throw new IllegalArgumentException("queue " + spec.name() + " is guaranteed "
                        + spec.guaranteed().amount(resource) + " " + resource + ", more than its max, " + limit);
            }
        });
    }

    private Queue build(QueueSpec spec, int depthLeft) {
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
            parent = build(above, depthLeft - 1);
        }
        Queue queue = new Queue(spec, parent);
        queues.put(spec.name(), queue);
        return queue;
    }

    /** A parent that guarantees anything of a resource guarantees what its children do together. */
    private void checkSums() {
        Map<String, ResourceVector> sums = new LinkedHashMap<>();
        for (QueueSpec spec : declared) {
            sums.merge(spec.parent(), spec.guaranteed(), ResourceVector::plus);
        }
        for (QueueSpec spec : declared) {
            ResourceVector children = sums.getOrDefault(spec.name(), ResourceVector.ZERO);
            spec.guaranteed().amounts().forEach((resource, own) -> {
                if (children.amount(resource) > own) {
                    throw new IllegalArgumentException("queue " + spec.name() + " is guaranteed " + own + " " + resource
                            + ", less than the queues under it together, " + children.amount(resource));
                }
            });
        }
    }
}
