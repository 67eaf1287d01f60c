package dev.muster.controller.store.etcd;

import io.etcd.jetcd.Client;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.common.exception.CompactedException;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.watch.WatchEvent;
import io.etcd.jetcd.watch.WatchResponse;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * One stream of events from etcd, until its first trouble. The client would resume a stream by itself, and can lose events
 * doing so; here trouble is the end, and who reads knows where to go on.
 *
 * <p>Between etcd and a slow reader wait a few responses. With one more the stream ends, and etcd keeps what the reader has
 * not seen.
 */
final class WatchStream implements Watch.Listener, AutoCloseable {

    private static final int RESPONSES_WAITING = 16;

    sealed interface Signal {}

    record Events(List<WatchEvent> events) implements Signal {}

    /** There is no more: for a reason, or just so. */
    record End(Optional<Throwable> failure) implements Signal {
        /** The last revision that is no longer kept, if that is why. */
        OptionalLong compactedRevision() {
            return failure.isPresent() && failure.get() instanceof CompactedException compacted
                    ? OptionalLong.of(compacted.getCompactedRevision())
                    : OptionalLong.empty();
        }
    }

    /** One place more than responses, so that the end always has one. */
    private final BlockingQueue<Signal> signals = new ArrayBlockingQueue<>(RESPONSES_WAITING + 1);

    private boolean ended;
    private Watch.@Nullable Watcher watcher;

    private WatchStream() {}

    static WatchStream open(Client client, String prefix, long fromRevision) {
        WatchStream stream = new WatchStream();
        WatchOption option = WatchOption.builder()
                .withRange(Texts.endOf(prefix))
                .withRevision(fromRevision)
                .withRequireLeader(true)
                .build();
        try {
            stream.watcher = client.getWatchClient().watch(Texts.bytes(prefix), option, stream);
        } catch (RuntimeException closedClient) {
            stream.onError(closedClient);
        }
        return stream;
    }

    /** Waits for what comes next. */
    Signal next() {
        try {
            return signals.take();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return new End(Optional.empty());
        }
    }

    /** Wakes the reader up. */
    void stop() {
        end(new End(Optional.empty()));
    }

    @Override
    public void onNext(WatchResponse response) {
        List<WatchEvent> events = response.getEvents();
        synchronized (this) {
            if (ended || events.isEmpty()) {
                return;
            }
            if (signals.size() < RESPONSES_WAITING) {
                signals.add(new Events(events));
                return;
            }
        }
        end(new End(Optional.empty()));
    }

    @Override
    public void onError(Throwable failure) {
        end(new End(Optional.of(failure)));
    }

    @Override
    public void onCompleted() {
        end(new End(Optional.of(new IllegalStateException("the stream was closed"))));
    }

    private synchronized void end(End how) {
        if (!ended) {
            ended = true;
            signals.add(how);
        }
    }

    @Override
    public void close() {
        stop();
        if (watcher != null) {
            watcher.close();
        }
    }
}
