package dev.muster.controller.main;

import dev.muster.controller.election.Leadership;
import dev.muster.controller.loop.EventLoop;
import dev.muster.controller.model.ClusterModel;
import dev.muster.controller.model.Turns;
import dev.muster.controller.session.SessionObserver;
import dev.muster.scheduler.cluster.ClusterSpec;
import java.util.function.LongSupplier;

/** Where a controller does its work: it knows how the cluster is described there, and what runs gangs. */
interface Site extends AutoCloseable {

    /** What a substrate stands on. */
    record Foundations(
            EventLoop loop,
            Turns turns,
            ClusterModel model,
            Leadership leadership,
            SessionObserver observer,
            LongSupplier nanoTicker) {}

    /**
     * The cluster as it is described now; blocks until that is known.
     *
     * @throws SiteException when it cannot be found out in time
     */
    ClusterSpec cluster();

    Substrate substrate(ClusterSpec cluster, Foundations foundations);

    /** Hears that {@link #cluster()} has another answer now: whoever leads takes up its state anew. */
    default void onChange(Runnable changed) {}

    @Override
    default void close() {}

    /** The cluster's description cannot be had at the moment. */
    final class SiteException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        SiteException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
