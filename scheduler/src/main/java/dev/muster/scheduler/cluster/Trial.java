package dev.muster.scheduler.cluster;

import dev.muster.scheduler.job.ResourceVector;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** Changes to a snapshot that are taken back in one go, newest first. Between its calls nobody else changes the snapshot. */
public final class Trial {

    private final ClusterSnapshot cluster;
    private final Deque<Runnable> undo = new ArrayDeque<>();

    public Trial(ClusterSnapshot cluster) {
        this.cluster = cluster;
    }

    /** As {@link ClusterSnapshot#allocate}. */
    public void allocate(String host, ResourceVector request) {
        cluster.allocate(host, request);
        undo.push(() -> cluster.release(host, request));
    }

    /** As {@link ClusterSnapshot#release}. */
    public void release(String host, ResourceVector request) {
        cluster.release(host, request);
        undo.push(() -> cluster.restore(host, request));
    }

    /** As {@link ClusterSnapshot#exclude}. */
    public void exclude(String host, Optional<Exclusion> cause) {
        Optional<Exclusion> before = cluster.host(host).flatMap(ClusterHost::exclusion);
        cluster.exclude(host, cause);
        undo.push(() -> cluster.exclude(host, before));
    }

    /** Takes everything back. */
    public void undo() {
        while (!undo.isEmpty()) {
            undo.pop().run();
        }
    }

    /** Makes the changes last. */
    public void keep() {
        undo.clear();
    }
}
