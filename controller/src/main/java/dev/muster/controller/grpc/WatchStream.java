package dev.muster.controller.grpc;

import dev.muster.controller.codec.JobViewCodec;
import dev.muster.controller.operations.JobOperations.Subscription;
import dev.muster.controller.operations.JobOperations.WatchListener;
import dev.muster.controller.operations.JobView;
import dev.muster.controller.state.JobEvent;
import dev.muster.proto.v1.JobUpdate;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One job's changes to one client. A client that falls behind misses states in between, never the latest; of the events
 * it missed it gets the newest, and their sequence shows a gap.
 */
final class WatchStream implements WatchListener, PacedStream.Source<JobUpdate> {

    static final int MAX_EVENTS = 500;

    private final SubscribedStream<JobUpdate> stream;
    private final Deque<JobEvent> events = new ArrayDeque<>();
    private @Nullable JobView latest;

    WatchStream(OpenStreams streams, Answers answers, ServerCallStreamObserver<JobUpdate> client) {
        this.stream = new SubscribedStream<>(streams, answers, client, this);
    }

    void open(Function<WatchListener, CompletableFuture<Subscription>> subscribe) {
        stream.open(() -> subscribe.apply(this));
    }

    @Override
    public void changed(JobView job, List<JobEvent> newEvents) {
        synchronized (this) {
            latest = job;
            events.addAll(newEvents);
            while (events.size() > MAX_EVENTS) {
                events.removeFirst();
            }
        }
        stream.wake();
    }

    @Override
    public void ended() {
        stream.finish();
    }

    @Override
    public synchronized Optional<PacedStream.Outgoing<JobUpdate>> next() {
        JobView view = latest;
        if (view == null) {
            return Optional.empty();
        }
        JobUpdate update = JobViewCodec.writeUpdate(view, List.copyOf(events));
        latest = null;
        events.clear();
        return Optional.of(PacedStream.Outgoing.of(update));
    }
}
