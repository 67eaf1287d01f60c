package dev.muster.scheduler.queue;

import dev.muster.scheduler.cluster.QueueSpec;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.queue.Shares.Use;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * The queues of a cluster and what each uses. What a job holds is charged to its queue and to every queue above, so that
 * the maximum of any of them binds. Changed in place, by one thread; each change and question costs the depth of the queue times the
 * number of its resources.
 */
public final class QueueTree {

    /** How long former use takes to count half, where nothing else is said. */
    public static final Duration DEFAULT_HALF_LIFE = Duration.ofHours(24);

    private final Map<String, Queue> queues;
    private final boolean pastCounts;
    private final double decayPerSecond;
    private final Entitlement entitlement = new Entitlement(Queue::usage);
    private final Entitlement idle = new Entitlement(queue -> ResourceVector.ZERO);
    private ResourceVector capacity = ResourceVector.ZERO;
    private Instant now = Instant.MIN;

    /**
     * A tree in which only present use makes a fair share.
     *
     * @throws IllegalArgumentException as {@link #QueueTree(List, Optional)}
     */
    public QueueTree(List<QueueSpec> specs) {
        this(specs, Optional.empty());
    }

    /**
     * A tree of these queues under the root; with none, one queue {@code default} that may use everything.
     *
     * @param halfLife after which former use counts half in a fair share; empty: it decides only between queues that are equal otherwise
     * @throws IllegalArgumentException when a name comes twice, a parent is unknown or lies below its child, a weight is less than 1, or
     *     a guarantee is above a maximum or the guarantee of the parent
     */
    public QueueTree(List<QueueSpec> specs, Optional<Duration> halfLife) {
        Duration half = halfLife.orElse(DEFAULT_HALF_LIFE);
        if (half.isNegative() || half.isZero()) {
            throw new IllegalArgumentException("the half-life of fair shares is " + half + "; give more than zero");
        }
        queues = new QueueBuilder(specs).build();
        pastCounts = halfLife.isPresent();
        decayPerSecond = StrictMath.log(2) / (half.toMillis() / 1e3);
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

    /** What the cluster has in all, of which shares are parts. Whoever keeps the tree keeps it up to date. */
    public void capacity(ResourceVector total) {
        capacity = total;
    }

    public ResourceVector capacity() {
        return capacity;
    }

    /** Lets time pass: what is in use since the last call counts as used until now. Time never goes back. */
    public void advance(Instant moment) {
        if (now.equals(Instant.MIN)) {
            queues.values().forEach(queue -> queue.begin(moment));
        }
        now = moment.isAfter(now) ? moment : now;
    }

    /** What would exceed a maximum if the queue used this in addition; the innermost such queue. */
    public Optional<QuotaExcess> excess(String name, ResourceVector more) {
        return entitlement.excess(known(name), more);
    }

    /** What would exceed a maximum even if nothing else ran. */
    public Optional<QuotaExcess> excessWhenIdle(String name, ResourceVector more) {
        return idle.excess(known(name), more);
    }

    /**
     * Whether a queue stays within its guaranteed share with this in addition. The nearest guarantee counts: its own, or else that of a
     * queue above. Of what is added only resources that the guarantee names bind, and one of them must be added.
     */
    public boolean staysGuaranteed(String name, ResourceVector more) {
        return entitlement.staysGuaranteed(known(name), more);
    }

    /** As {@link #staysGuaranteed}, if nothing else ran. */
    public boolean staysGuaranteedWhenIdle(String name, ResourceVector more) {
        return idle.staysGuaranteed(known(name), more);
    }

    /** The queue whose guarantee counts for a queue: itself or the nearest one above that has any. */
    public Optional<Queue> guarantor(String name) {
        return Entitlement.guarantor(known(name));
    }

    /** Whether a queue that loses this, and every queue above, still holds what it is guaranteed of the resources that are lost. */
    public boolean canLose(String name, ResourceVector lost) {
        return entitlement.canLose(known(name), lost);
    }

    /** The order in which queues are served: smaller first. */
    public FairShare fairShare(String name) {
        return pastCounts
                ? shares().of(
                                known(name),
                                queue -> new Use(queue.usage(), past(queue)),
                                queue -> new Use(queue.ownUsage(), ownPast(queue)))
                : presentShare(name);
    }

    /** The share of what is in use now, whatever was used before. */
    public FairShare presentShare(String name) {
        return shares().of(known(name), queue -> Use.now(queue.usage()), queue -> Use.now(queue.ownUsage()));
    }

    /** The share of what was used before now: between queues that are equal otherwise, the one that had less goes first. */
    public FairShare pastShare(String name) {
        return shares().of(known(name), queue -> Use.before(past(queue)), queue -> Use.before(ownPast(queue)));
    }

    /** The share that a queue would have if it used this in addition. */
    public FairShare shareIf(String name, ResourceVector more) {
        QueueTrial trial = trial();
        trial.charge(name, more);
        return trial.presentShare(name);
    }

    /** A copy of what is in use, to try out changes. */
    public QueueTrial trial() {
        return new QueueTrial(this);
    }

    /** Notes that a job of the queue holds this now. Maxima are not checked: what runs already runs. */
    public void charge(String name, ResourceVector amount) {
        Queue own = known(name);
        for (Queue queue = own; queue != null; queue = queue.parent().orElse(null)) {
            ResourceVector ownUse = queue == own ? queue.ownUsage().plus(amount) : queue.ownUsage();
            queue.use(queue.usage().plus(amount), ownUse, now, decayPerSecond);
        }
    }

    /**
     * Notes that a job of the queue does not hold this any more.
     *
     * @throws IllegalArgumentException when the queue did not hold that much
     */
    public void refund(String name, ResourceVector amount) {
        Queue own = known(name);
        for (Queue queue = own; queue != null; queue = queue.parent().orElse(null)) {
            ResourceVector ownUse = queue == own ? queue.ownUsage().minus(amount) : queue.ownUsage();
            queue.use(queue.usage().minus(amount), ownUse, now, decayPerSecond);
        }
    }

    Shares shares() {
        return new Shares(capacity);
    }

    private SortedMap<String, Double> past(Queue queue) {
        return queue.past().at(queue.usage(), now, decayPerSecond);
    }

    private SortedMap<String, Double> ownPast(Queue queue) {
        return queue.ownPast().at(queue.ownUsage(), now, decayPerSecond);
    }

    Queue known(String name) {
        Queue queue = queues.get(name);
        if (queue == null) {
            throw new IllegalArgumentException("queue " + name + " does not exist; one of " + queues.keySet());
        }
        return queue;
    }
}
