package dev.muster.controller.election;

import dev.muster.controller.model.StoreKeys;
import dev.muster.controller.store.CommitResult;
import dev.muster.controller.store.CommitResult.Committed;
import dev.muster.controller.store.Condition;
import dev.muster.controller.store.Entry;
import dev.muster.controller.store.Lease;
import dev.muster.controller.store.StateStore;
import dev.muster.controller.store.StoreException;
import dev.muster.controller.store.StoreWrite;
import dev.muster.controller.store.Transaction;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that one of several controllers on one store leads.
 *
 * <p><b>Goals.</b> At most one leader whose commits count, always. Another one within the lease plus {@link Settings#lookEvery}
 * after the leader died, within {@code lookEvery} after it resigned. Whoever cannot be sure to lead stops.
 *
 * <p><b>Algorithm.</b> The leader key hangs on a lease. Whoever finds the key absent grants itself a lease and writes the key on
 * condition that it is still absent; the revision of that write is its token, and each of its commits asks for it. The leader
 * renews its lease three times in the lease's life and looks whether the key is still its own. The others look at the key
 * {@code lookEvery}: one small read, which unlike a watch cannot fall silent. When a try ends without a clear answer its lease is
 * given up and the next try has another one, so that a late answer can do nothing.
 *
 * <p>Works on the thread of its {@link Pace}, and so does its listener; the methods may be called from any.
 */
public final class Election {

    private static final Logger log = LoggerFactory.getLogger(Election.class);

    /**
     * How patient an election is.
     *
     * @param lease how long a leader that fell silent is waited for
     * @param renewEvery how often a leader renews
     * @param lookEvery how often the others look for its end
     * @param retryAfter how soon to try again when the store did not answer
     */
    public record Settings(Duration lease, Duration renewEvery, Duration lookEvery, Duration retryAfter) {
        public static final Settings DEFAULT = new Settings(
                Duration.ofSeconds(3), Duration.ofSeconds(1), Duration.ofMillis(250), Duration.ofMillis(200));
    }

    /** Runs tasks one at a time, after a while. */
    @FunctionalInterface
    public interface Pace {
        void after(Duration delay, Runnable task);
    }

    /** Hears how it goes; returns at once. */
    public interface Listener {

        void elected(Leadership leadership);

        /** The leadership of before is over; whatever it began must stop. */
        void lost(String why);

        /** Who leads, as far as another does; empty while nobody is known to. Told again and again. */
        void othersLead(Optional<Candidate> leader);
    }

    private final StateStore store;
    private final Candidate self;
    private final Settings settings;
    private final Pace pace;
    private final LongSupplier nanoTicker;
    private final Listener listener;
    private @Nullable Reign reign;
    private boolean closed;

    /** One time of leading. */
    private record Reign(Leadership leadership, long lease) {}

    public Election(
            StateStore store,
            Candidate self,
            Settings settings,
            Pace pace,
            LongSupplier nanoTicker,
            Listener listener) {
        this.store = store;
        this.self = self;
        this.settings = settings;
        this.pace = pace;
        this.nanoTicker = nanoTicker;
        this.listener = listener;
    }

    /** Begins to look for a leader, and to become one. */
    public void begin() {
        soon(this::look);
    }

    /** Stops leading and stands again. Does nothing to a leadership that is over already. */
    public void stepDown(Leadership leadership, String why) {
        leadership.end();
        soon(() -> lose(leadership, why));
    }

    /** Gives up the lead and stands no more; completes once others can take over, or with the store's failure. */
    public CompletableFuture<Void> resign() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        soon(() -> {
            closed = true;
            Reign last = reign;
            reign = null;
            if (last == null) {
                done.complete(null);
                return;
            }
            last.leadership().end();
            then(store.revoke(last.lease()), (existed, failure) -> {
                if (failure == null) {
                    done.complete(null);
                } else {
                    done.completeExceptionally(failure);
                }
            });
        });
        return done;
    }

    // ---- standing

    private void look() {
        if (closed || reign != null) {
            return;
        }
        then(store.get(StoreKeys.LEADER), (present, failure) -> {
            if (closed || reign != null) {
                return;
            }
            if (failure != null) {
                log.debug("the leader key cannot be read: {}", failure.getMessage());
                listener.othersLead(Optional.empty());
                pace.after(settings.retryAfter(), this::look);
            } else if (present.isPresent()) {
                Candidate leader = Candidate.decode(present.get().value());
                // What this very process left behind when the store did not answer ends by itself.
                listener.othersLead(Optional.of(leader).filter(other -> !other.equals(self)));
                pace.after(settings.lookEvery(), this::look);
            } else {
                listener.othersLead(Optional.empty());
                stand();
            }
        });
    }

    private void stand() {
        long sentNanos = nanoTicker.getAsLong();
        then(store.grant(settings.lease()), (lease, failure) -> {
            if (failure == null && !closed) {
                claim(lease, sentNanos);
            } else if (failure == null) {
                giveUp(lease.id());
            } else {
                log.debug("no lease was granted: {}", failure.getMessage());
                pace.after(settings.retryAfter(), this::look);
            }
        });
    }

    private void claim(Lease lease, long sentNanos) {
        StoreWrite.Put key = new StoreWrite.Put(StoreKeys.LEADER, self.encode(), OptionalLong.of(lease.id()));
        Transaction claim = new Transaction(List.of(new Condition.Absent(StoreKeys.LEADER)), List.of(key));
        then(store.commit(claim), (result, failure) -> {
            if (failure == null && result instanceof Committed committed && !closed) {
                lead(lease, committed.revision(), sentNanos);
                return;
            }
            if (failure != null) {
                log.debug("the leader key may or may not be written: {}", failure.getMessage());
            }
            giveUp(lease.id());
            pace.after(result instanceof CommitResult.Conflict ? Duration.ZERO : settings.retryAfter(), this::look);
        });
    }

    /** Best effort: without it the lease ends in its own time. */
    private void giveUp(long lease) {
        var unused = store.revoke(lease).exceptionally(failure -> false);
    }

    // ---- leading

    private void lead(Lease lease, long token, long sentNanos) {
        long untilNanos = sentNanos + settings.lease().toNanos();
        Reign begun = new Reign(Leadership.leased(token, nanoTicker, untilNanos), lease.id());
        reign = begun;
        log.info("leads from now on, in term {}", token);
        listener.elected(begun.leadership());
        pace.after(settings.renewEvery(), () -> renew(begun));
        watchOver(begun);
    }

    private void renew(Reign current) {
        if (!current.equals(reign)) {
            return;
        }
        long sentNanos = nanoTicker.getAsLong();
        then(store.keepAlive(current.lease()), (lease, failure) -> {
            if (!current.equals(reign)) {
                return;
            }
            if (failure instanceof StoreException.LeaseNotFound) {
                lose(current.leadership(), "its lease has ended");
            } else if (failure != null) {
                log.warn("the lease was not renewed: {}", failure.getMessage());
                pace.after(settings.retryAfter(), () -> renew(current));
            } else {
                current.leadership().renew(sentNanos + settings.lease().toNanos());
                pace.after(settings.renewEvery(), () -> renew(current));
            }
        });
        then(store.get(StoreKeys.LEADER), (key, failure) -> {
            if (failure == null && current.equals(reign) && !isOwn(key, current.leadership())) {
                lose(current.leadership(), "the leader key is no longer its own");
            }
        });
    }

    private static boolean isOwn(Optional<Entry> key, Leadership leadership) {
        return key.filter(entry -> entry.modRevision() == leadership.token()).isPresent();
    }

    /** A renewal that gets no answer must not hide that the time is over. */
    private void watchOver(Reign current) {
        if (!current.equals(reign)) {
            return;
        }
        if (current.leadership().isHeld()) {
            pace.after(settings.lookEvery(), () -> watchOver(current));
        } else {
            lose(current.leadership(), "its lease was not renewed in time");
        }
    }

    private void lose(Leadership leadership, String why) {
        Reign current = reign;
        if (current == null || current.leadership() != leadership) {
            return;
        }
        reign = null;
        leadership.end();
        log.warn("leads no more: {}", why);
        listener.lost(why);
        // Standing anew needs a new token, also where the key is still ours: commits on their way must not count later.
        giveUp(current.lease());
        pace.after(settings.retryAfter(), this::look);
    }

    // ---- the thread

    private void soon(Runnable task) {
        pace.after(Duration.ZERO, task);
    }

    private <R> void then(CompletableFuture<R> answer, BiConsumer<R, @Nullable Throwable> next) {
        var unused = answer.whenComplete((result, failure) -> soon(() -> next.accept(result, cause(failure))));
    }

    private static @Nullable Throwable cause(@Nullable Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
