package dev.muster.scheduler.queue;

import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.queue.Shares.Use;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What queues would use after some changes. It begins with what they use now and leaves the tree as it is; keep it no longer than for one
 * decision.
 */
public final class QueueTrial {

    private final QueueTree tree;
    private final Map<Queue, ResourceVector> usage = new LinkedHashMap<>();
    private final Map<Queue, ResourceVector> ownUsage = new LinkedHashMap<>();
    private final Entitlement entitlement = new Entitlement(this::usage);

    QueueTrial(QueueTree tree) {
        this.tree = tree;
    }

    /** What a queue would use. */
    public ResourceVector usage(Queue queue) {
        return usage.getOrDefault(queue, queue.usage());
    }

    private ResourceVector ownUsage(Queue queue) {
        return ownUsage.getOrDefault(queue, queue.ownUsage());
    }

    /** As {@link QueueTree#charge}. */
    public void charge(String name, ResourceVector amount) {
        Queue own = tree.known(name);
        own.path().forEach(queue -> usage.put(queue, usage(queue).plus(amount)));
        ownUsage.put(own, ownUsage(own).plus(amount));
    }

    /** As {@link QueueTree#refund}. */
    public void refund(String name, ResourceVector amount) {
        Queue own = tree.known(name);
        own.path().forEach(queue -> usage.put(queue, usage(queue).minus(amount)));
        ownUsage.put(own, ownUsage(own).minus(amount));
    }

    /** As {@link QueueTree#excess}. */
    public Optional<QuotaExcess> excess(String name, ResourceVector more) {
        return entitlement.excess(tree.known(name), more);
    }

    /** As {@link QueueTree#staysGuaranteed}. */
    public boolean staysGuaranteed(String name, ResourceVector more) {
        return entitlement.staysGuaranteed(tree.known(name), more);
    }

    /**
     * Whether a queue and those above still hold what they are guaranteed of the resources that they have lost to a taker so far. Queues
     * to which the taker belongs do not count: what moves inside a queue is not lost to it.
     */
    public boolean keepsGuarantees(String name, String taker) {
        List<Queue> takers = tree.known(taker).path();
        for (Queue queue : tree.known(name).path()) {
            if (!takers.contains(queue) && !keepsGuarantee(queue)) {
                return false;
            }
        }
        return true;
    }

    private boolean keepsGuarantee(Queue queue) {
        ResourceVector left = usage(queue);
        for (Map.Entry<String, Long> guarantee :
                queue.spec().guaranteed().amounts().entrySet()) {
            long amount = left.amount(guarantee.getKey());
            if (amount < queue.usage().amount(guarantee.getKey()) && amount < guarantee.getValue()) {
                return false;
            }
        }
        return true;
    }

    /** As {@link QueueTree#presentShare}. */
    public FairShare presentShare(String name) {
        return tree.shares().of(tree.known(name), queue -> Use.now(usage(queue)), queue -> Use.now(ownUsage(queue)));
    }

    /**
     * The two shares where the ways to two different queues part: of the queues under the last one that both belong to. The jobs of a
     * queue that the other lies under count as a queue of their own.
     */
    public ParallelShares presentShares(String left, String right) {
        List<Double> ofLeft = presentShare(left).byDepth();
        List<Double> ofRight = presentShare(right).byDepth();
        List<Queue> leftPath = tree.known(left).path();
        List<Queue> rightPath = tree.known(right).path();
        int depth = 0;
        while (depth < leftPath.size() && depth < rightPath.size() && leftPath.get(depth) == rightPath.get(depth)) {
            depth++;
        }
        return new ParallelShares(ofLeft.get(depth), ofRight.get(depth));
    }

    /** Shares of two queues beside each other. */
    public record ParallelShares(double left, double right) {}
}
