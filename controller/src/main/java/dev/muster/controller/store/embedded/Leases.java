package dev.muster.controller.store.embedded;

import dev.muster.controller.store.Lease;
import dev.muster.controller.store.StoreException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;

/** Which leases run, until when on the monotonic clock, and which keys end with them. */
final class Leases {

    private final LongSupplier nanoTicker;
    private final Map<Long, Running> running = new TreeMap<>();

    Leases(LongSupplier nanoTicker) {
        this.nanoTicker = nanoTicker;
    }

    private static final class Running {
        final Lease lease;
        final SortedSet<String> keys = new TreeSet<>();
        long deadlineNanos;

        Running(Lease lease) {
            this.lease = lease;
        }
    }

    int size() {
        return running.size();
    }

    boolean exists(long id) {
        return running.containsKey(id);
    }

    void start(Lease lease) {
        running.put(lease.id(), new Running(lease));
        renew(lease.id());
    }

    Lease renew(long id) {
        Running found = running.get(id);
        if (found == null) {
            throw new StoreException.LeaseNotFound(id);
        }
        found.deadlineNanos = nanoTicker.getAsLong() + found.lease.timeToLive().toNanos();
        return found.lease;
    }

    /** Forgets the lease and tells its keys. */
    SortedSet<String> remove(long id) {
        Running removed = running.remove(id);
        return removed == null ? new TreeSet<>() : removed.keys;
    }

    void attach(long id, String key) {
        Running found = running.get(id);
        if (found == null) {
            throw new StoreException.LeaseNotFound(id);
        }
        found.keys.add(key);
    }

    void detach(long id, String key) {
        Running found = running.get(id);
        if (found != null) {
            found.keys.remove(key);
        }
    }

    /** Those past their time, the first to end first. */
    List<Long> ended() {
        long now = nanoTicker.getAsLong();
        List<Running> ended = new ArrayList<>();
        for (Running candidate : running.values()) {
            if (candidate.deadlineNanos - now <= 0) {
                ended.add(candidate);
            }
        }
        ended.sort(Comparator.comparingLong(candidate -> candidate.deadlineNanos - now));
        return ended.stream().map(candidate -> candidate.lease.id()).toList();
    }
}
