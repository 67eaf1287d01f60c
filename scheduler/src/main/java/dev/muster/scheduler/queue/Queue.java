package dev.muster.scheduler.queue;

import dev.muster.scheduler.cluster.QueueSpec;
import dev.muster.scheduler.job.ResourceVector;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A queue with what its jobs and those of the queues below hold. Changed only by its {@link QueueTree}. */
public final class Queue {

    private final QueueSpec spec;
    private final @Nullable Queue parent;
    private final List<Queue> path;
    private boolean inner;
    private ResourceVector usage = ResourceVector.ZERO;
    private ResourceVector ownUsage = ResourceVector.ZERO;
    private final PastUse past = new PastUse();
    private final PastUse ownPast = new PastUse();

    Queue(QueueSpec spec, @Nullable Queue parent) {
        this.spec = spec;
        this.parent = parent;
        List<Queue> fromTop = new ArrayList<>();
        if (parent != null) {
            parent.inner = true;
            fromTop.addAll(parent.path);
            fromTop.add(this);
        }
        this.path = List.copyOf(fromTop);
    }

    public QueueSpec spec() {
        return spec;
    }

    public String name() {
        return spec.name();
    }

    public Optional<Queue> parent() {
        return Optional.ofNullable(parent);
    }

    /** The queues from the one below the root down to this one; empty for the root. */
    public List<Queue> path() {
        return path;
    }

    /** Whether there are queues below it. */
    public boolean isInner() {
        return inner;
    }

    /** What the running jobs of this queue and of all below hold. */
    public ResourceVector usage() {
        return usage;
    }

    /** What the running jobs of this queue itself hold. */
    public ResourceVector ownUsage() {
        return ownUsage;
    }

    PastUse past() {
        return past;
    }

    PastUse ownPast() {
        return ownPast;
    }

    /** Begins to count former use. */
    void begin(Instant now) {
        past.begin(now);
        ownPast.begin(now);
    }

    /** Uses other amounts from a moment on. */
    void use(ResourceVector all, ResourceVector own, Instant now, double decayPerSecond) {
        past.add(usage, now, decayPerSecond);
        ownPast.add(ownUsage, now, decayPerSecond);
        usage = all;
        ownUsage = own;
    }

    @Override
    public String toString() {
        return spec.name();
    }
}
