package dev.muster.controller.store.etcd;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets etcd forget old revisions, which it keeps for ever unless told. Whoever commits does it: each interval, up to the
 * revision of an interval ago. Two that do so disturb nobody, since forgetting twice is forgetting.
 */
final class Compactor {

    private static final Logger LOG = LoggerFactory.getLogger(Compactor.class);
    private static final long TIMEOUT_SECONDS = 60;

    private final EtcdConnection connection;
    private final long intervalNanos;
    private final LongSupplier nanoTicker;
    private long markedRevision;
    private long markedAtNanos;

    Compactor(EtcdConnection connection, Duration interval, LongSupplier nanoTicker) {
        this.connection = connection;
        this.intervalNanos = interval.toNanos();
        this.nanoTicker = nanoTicker;
        markedAtNanos = nanoTicker.getAsLong();
    }

    /** Called with each committed revision; waits for nothing. */
    void committed(long revision) {
        long now = nanoTicker.getAsLong();
        if (now - markedAtNanos < intervalNanos) {
            return;
        }
        if (markedRevision > 0) {
            forgetUpTo(markedRevision);
        }
        markedRevision = revision;
        markedAtNanos = now;
    }

    private void forgetUpTo(long revision) {
        var unused = connection
                .client()
                .getKVClient()
                .compact(revision)
                .orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .whenComplete((done, failure) -> {
                    if (failure != null && !Failures.isCompacted(failure)) {
                        LOG.warn("etcd did not compact up to revision {}: {}", revision, Failures.reason(failure));
                    }
                });
    }
}
