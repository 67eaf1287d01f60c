package dev.muster.controller.store.embedded;

import dev.muster.controller.store.Change;
import dev.muster.controller.store.StoreException;
import dev.muster.controller.store.Watch;
import dev.muster.controller.store.WatchListener;
import java.util.ArrayList;
import java.util.List;

/** A listener and its position in the history. */
final class HistoryWatch implements Watch {

    private final ChangeHistory history;
    private final String prefix;
    private final WatchListener listener;
    private long position;
    private volatile boolean closed;

    HistoryWatch(ChangeHistory history, String prefix, long fromRevision, WatchListener listener) {
        this.history = history;
        this.prefix = prefix;
        this.position = fromRevision;
        this.listener = listener;
    }

    /** Delivers until the watch ends; for a thread of its own. */
    void deliverUntilClosed() {
        while (deliverAvailable()) {
            history.await(position, () -> closed);
        }
    }

    /** Delivers what is there and answers whether more may come. */
    boolean deliverAvailable() {
        while (!closed) {
            ChangeHistory.Reading reading = history.read(position);
            if (reading.isNothingYet()) {
                return true;
            }
            try {
                deliver(reading);
            } catch (RuntimeException | Error failure) {
                closed = true;
                listener.onFailure(new StoreException.Unavailable(
                        "watch of " + prefix + " ended because its listener failed: " + failure + "; watch again",
                        failure));
            }
        }
        return false;
    }

    private void deliver(ChangeHistory.Reading reading) {
        if (reading.compacted()) {
            closed = true;
            listener.onCompacted(reading.oldest());
        } else if (reading.ended().isPresent()) {
            closed = true;
            listener.onFailure(reading.ended().get());
        } else {
            position++;
            List<Change> wanted = new ArrayList<>();
            for (Change change : reading.changes().orElse(List.of())) {
                if (change.key().startsWith(prefix)) {
                    wanted.add(change);
                }
            }
            if (!wanted.isEmpty()) {
                listener.onChanges(List.copyOf(wanted));
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        history.wake();
    }
}
