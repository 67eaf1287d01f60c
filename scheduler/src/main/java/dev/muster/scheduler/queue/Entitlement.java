package dev.muster.scheduler.queue;

import dev.muster.scheduler.job.ResourceVector;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What queues may have: maxima that bind and guarantees that hold, for one use of all queues.
 *
 * <p>Only resources that a guarantee names bind it; docs/decisions/0010 says why.
 */
final class Entitlement {

    private final Function<Queue, ResourceVector> usage;

    Entitlement(Function<Queue, ResourceVector> usage) {
        this.usage = usage;
    }

    /** The innermost queue whose maximum would be exceeded with this in addition. */
    Optional<QuotaExcess> excess(Queue queue, ResourceVector more) {
        List<Queue> path = queue.path();
        for (int depth = path.size() - 1; depth >= 0; depth--) {
            Optional<QuotaExcess> excess = ownExcess(path.get(depth), more);
            if (excess.isPresent()) {
                return excess;
            }
        }
        return Optional.empty();
    }

    private Optional<QuotaExcess> ownExcess(Queue queue, ResourceVector more) {
        for (Map.Entry<String, Long> limit : queue.spec().max().entrySet()) {
            String resource = limit.getKey();
            long wanted = more.amount(resource);
            long held = usage.apply(queue).amount(resource);
            if (wanted > Math.max(0, limit.getValue() - held)) {
                return Optional.of(new QuotaExcess(queue.name(), resource, limit.getValue(), held, wanted));
            }
        }
        return Optional.empty();
    }

    /** The queue whose guarantee counts: itself or the nearest one above that has any. */
    static Optional<Queue> guarantor(Queue queue) {
        List<Queue> path = queue.path();
        for (int depth = path.size() - 1; depth >= 0; depth--) {
            if (!path.get(depth).spec().guaranteed().isZero()) {
                return Optional.of(path.get(depth));
            }
        }
        return Optional.empty();
    }

    /** Whether the nearest guarantee covers this in addition to what is used. */
    boolean staysGuaranteed(Queue queue, ResourceVector more) {
        return guarantor(queue).filter(guarantor -> covers(guarantor, more)).isPresent();
    }

    private boolean covers(Queue queue, ResourceVector more) {
        ResourceVector held = usage.apply(queue);
        boolean named = false;
        for (Map.Entry<String, Long> guarantee :
                queue.spec().guaranteed().amounts().entrySet()) {
            long wanted = more.amount(guarantee.getKey());
            if (wanted > 0) {
                named = true;
                if (wanted > guarantee.getValue() - held.amount(guarantee.getKey())) {
                    return false;
                }
            }
        }
        return named;
    }

    /** Whether a queue and each above keep their guarantees when they lose this. */
    boolean canLose(Queue queue, ResourceVector lost) {
        return queue.path().stream().allMatch(at -> keeps(at, lost));
    }

    private boolean keeps(Queue queue, ResourceVector lost) {
        ResourceVector held = usage.apply(queue);
        for (Map.Entry<String, Long> guarantee :
                queue.spec().guaranteed().amounts().entrySet()) {
            long less = lost.amount(guarantee.getKey());
            if (less > 0 && held.amount(guarantee.getKey()) - less < guarantee.getValue()) {
                return false;
            }
        }
        return true;
    }
}
