package dev.muster.controller.grpc;

import io.grpc.Status;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The streams that last: a server that stops ends them, since they would never end by themselves. */
final class OpenStreams {

    /** A stream that can be ended from outside. */
    interface Stoppable {
        void stop(Status status);
    }

    private final Set<Stoppable> open = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;

    void add(Stoppable stream) {
        open.add(stream);
        if (stopping) {
            stream.stop(stopped());
        }
    }

    void remove(Stoppable stream) {
        open.remove(stream);
    }

    int count() {
        return open.size();
    }

    void stopAll() {
        stopping = true;
        open.forEach(stream -> stream.stop(stopped()));
    }

    /** Ends those that are open now; others may come. */
    void endAll(Status status) {
        open.forEach(stream -> stream.stop(status));
    }

    private static Status stopped() {
        return Status.UNAVAILABLE.withDescription("the controller is stopping; connect again soon");
    }
}
