package dev.muster.controller.store.etcd;

import dev.muster.controller.store.Change;
import dev.muster.controller.store.StoreException;
import dev.muster.controller.store.Watch;
import dev.muster.controller.store.WatchListener;
import io.etcd.jetcd.watch.WatchEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listener and its position. The stream from etcd behind it may end at any time, and the next one begins at the
 * position: whatever a stream delivers from before it is passed by, and nothing is left out.
 *
 * <p>A stream begins one revision early. etcd answers a watch from the very revision it was compacted to as if nothing were
 * missing, and keys that were deleted in that revision are; one earlier it says so.
 */
final class EtcdWatch implements Watch {

    private static final Logger LOG = LoggerFactory.getLogger(EtcdWatch.class);
    private static final long PAUSE_MILLIS = 300;

    private final String storeName;
    private final EtcdConnection connection;
    private final String prefix;
    private final WatchListener listener;
    private final CountDownLatch over = new CountDownLatch(1);
    private final Object streamLock = new Object();
    private long position;
    private @Nullable WatchStream stream;
    private volatile boolean closed;
    private volatile @Nullable StoreException ending;

    EtcdWatch(String storeName, EtcdConnection connection, String prefix, long fromRevision, WatchListener listener) {
        this.storeName = storeName;
        this.connection = connection;
        this.prefix = prefix;
        this.position = fromRevision;
        this.listener = listener;
    }

    /** Delivers until the watch ends; for a thread of its own. */
    void deliverUntilClosed() {
        try {
            while (!isOver()) {
                deliverOneStream();
            }
            StoreException reason = ending;
            if (reason != null && !closed) {
                listener.onFailure(reason);
            }
        } catch (RuntimeException | Error failure) {
            listener.onFailure(new StoreException.Unavailable(
                    "watch of " + prefix + " ended because its listener failed: " + failure + "; watch again",
                    failure));
        } finally {
            close();
        }
    }

    private void deliverOneStream() {
        try (WatchStream opened = open()) {
            WatchStream.Signal signal = opened.next();
            while (signal instanceof WatchStream.Events events && !isOver()) {
                deliver(events.events());
                signal = opened.next();
            }
            if (signal instanceof WatchStream.End end && !isOver()) {
                handle(end);
            }
        }
    }

    private WatchStream open() {
        WatchStream opened = WatchStream.open(connection.client(), prefix, Math.max(1, position - 1));
        synchronized (streamLock) {
            stream = opened;
            if (isOver()) {
                opened.stop();
            }
        }
        return opened;
    }

    private void handle(WatchStream.End end) {
        OptionalLong compacted = end.compactedRevision();
        if (compacted.isPresent()) {
            closed = true;
            listener.onCompacted(compacted.getAsLong() + 1);
        } else if (end.failure().filter(Failures::isReplyTooLarge).isPresent()) {
            giveUpCatchingUp();
        } else if (end.failure().isPresent()) {
            LOG.info(
                    "watch of {} at {} interrupted: {}; it goes on at revision {}",
                    prefix,
                    storeName,
                    Failures.reason(end.failure().get()),
                    position);
            pause();
        }
    }

    /** etcd sends up to 1,000 revisions at once, and these are more than a reply may hold: listing again is the way on. */
    private void giveUpCatchingUp() {
        try {
            long present = connection
                    .ask(client -> client.getKVClient().get(Texts.bytes(prefix)))
                    .getHeader()
                    .getRevision();
            closed = true;
            listener.onCompacted(present + 1);
        } catch (StoreException | ExecutionException away) {
            pause();
        }
    }

    private void pause() {
        try {
            var unused = over.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            close();
        }
    }

    /** etcd never splits a revision over two responses, unless asked to. */
    private void deliver(List<WatchEvent> events) {
        List<Change> revision = new ArrayList<>();
        for (WatchEvent event : events) {
            Change change = change(event);
            if (!revision.isEmpty() && revision.get(0).revision() != change.revision()) {
                deliverRevision(revision);
                revision = new ArrayList<>();
            }
            revision.add(change);
        }
        if (!revision.isEmpty()) {
            deliverRevision(revision);
        }
    }

    private void deliverRevision(List<Change> changes) {
        long revision = changes.get(0).revision();
        if (revision >= position && !isOver()) {
            position = revision + 1;
            listener.onChanges(List.copyOf(changes));
        }
    }

    private static Change change(WatchEvent event) {
        var stored = event.getKeyValue();
        return event.getEventType() == WatchEvent.EventType.DELETE
                ? new Change.Deleted(Texts.text(stored.getKey()), stored.getModRevision())
                : new Change.Stored(Texts.entry(stored));
    }

    boolean isOver() {
        return closed || ending != null;
    }

    /** The store ends, and says so to the listener. */
    void end(StoreException reason) {
        ending = reason;
        stopStream();
    }

    @Override
    public void close() {
        closed = true;
        stopStream();
    }

    private void stopStream() {
        over.countDown();
        synchronized (streamLock) {
            if (stream != null) {
                stream.stop();
            }
        }
    }
}
