package dev.muster.controller.simulation.disk;

import dev.muster.controller.simulation.time.Chance;
import dev.muster.controller.simulation.time.Pipe;
import dev.muster.controller.simulation.time.SimulatedProcess;
import dev.muster.controller.simulation.time.SimulatedThread;
import dev.muster.controller.simulation.time.Timeline;
import dev.muster.controller.store.CommitResult;
import dev.muster.controller.store.Entry;
import dev.muster.controller.store.Lease;
import dev.muster.controller.store.Page;
import dev.muster.controller.store.StateStore;
import dev.muster.controller.store.StoreException;
import dev.muster.controller.store.Transaction;
import dev.muster.controller.store.Watch;
import dev.muster.controller.store.WatchListener;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * One process's way to the store. What it asks arrives in order, some time later, and is answered in that order some time
 * after that; only renewals overtake. Once a commit has failed none behind it is stored: the store's contract. Who gets no
 * answer gives up after a while, and what he asked may happen all the same, later.
 *
 * <p>When the process dies, the first few of its requests that are still on their way may arrive all the same, even after
 * its next life has begun; the others never do. While it is paused, some that it has not sent yet wait with it.
 */
public final class StoreConnection implements StateStore {

    private static final class Commit {
        private final Transaction transaction;
        private final long term;
        private final int generation;
        private final CompletableFuture<CommitResult> answer = new CompletableFuture<>();
        private boolean withdrawn;

        private Commit(Transaction transaction, long term, int generation) {
            this.transaction = transaction;
            this.term = term;
            this.generation = generation;
        }
    }

    private final SimulatedDisk disk;
    private final Chance chance;
    private final SimulatedThread thread;
    private final Optional<Duration> patience;
    private final Pipe requests;
    private final Pipe answers;
    private final Pipe renewals;
    private final Pipe renewed;
    private final ArrayDeque<Commit> unanswered = new ArrayDeque<>();
    /** Grows with each failure that was told; of commits of a broken one no more are stored. */
    private int generation;

    private int brokenGeneration = -1;
    private Runnable onAnswer = () -> {};
    private UnaryOperator<Transaction> written = UnaryOperator.identity();
    private long term;
    private boolean cut;
    private boolean unsentWaits;

    /** @param patience how long an answer is waited for; empty: for ever, as of a disk */
    StoreConnection(
            SimulatedDisk disk,
            Timeline timeline,
            Chance chance,
            SimulatedProcess process,
            Optional<Duration> patience) {
        this.disk = disk;
        this.chance = chance;
        this.thread = process.thread();
        this.patience = patience;
        Supplier<Duration> takes = () -> chance.millis(disk.weather().leastMillis, disk.weather().mostMillis);
        requests = new Pipe(timeline, chance, takes, () -> cut || (unsentWaits && process.isPaused()));
        answers = new Pipe(timeline, chance, takes, () -> cut);
        renewals = new Pipe(timeline, chance, takes, () -> cut || process.isPaused());
        renewed = new Pipe(timeline, chance, takes, () -> cut);
    }

    /** What is done after each answer to a commit. */
    public void onAnswer(Runnable next) {
        onAnswer = next;
    }

    /** From now on commits are decisions of this term; 0: of none. What is handed over of each is up to the wiring. */
    public void decidesIn(long token, UnaryOperator<Transaction> writing) {
        term = token;
        written = writing;
    }

    /** The process is about to be paused. */
    public void pauses() {
        unsentWaits = chance.happens(0.7);
    }

    /** Cuts the process off from the store, or brings it back. */
    public void cut(boolean off) {
        cut = off;
    }

    public boolean isCut() {
        return cut;
    }

    /** The process is dead and hears nothing any more. */
    public void sever() {
        unsentWaits = false;
        requests.reset(() -> {});
        answers.discard();
        renewals.discard();
        renewed.discard();
    }

    // ---- commits

    @Override
    public CompletableFuture<CommitResult> commit(Transaction transaction) {
        Commit commit = new Commit(written.apply(transaction), term, generation);
        unanswered.add(commit);
        requests.send(() -> arrive(commit));
        patience.ifPresent(limit -> thread.after(limit, () -> {
            if (!commit.answer.isDone()) {
                failFrom(commit);
            }
        }));
        return commit.answer;
    }

    private void arrive(Commit commit) {
        if (commit.withdrawn || commit.generation == brokenGeneration) {
            return;
        }
        if (chance.happens(disk.weather().lost)) {
            breakAt(commit);
            return;
        }
        CompletableFuture<CommitResult> known = chance.happens(disk.weather().forgotten)
                ? CompletableFuture.completedFuture(new CommitResult.Committed(1))
                : disk.commit(commit.transaction, commit.term);
        if (chance.happens(disk.weather().unknown)) {
            breakAt(commit);
        } else {
            answer(() -> {
                if (unanswered.remove(commit)) {
                    pass(known, commit.answer);
                    onAnswer.run();
                }
            });
        }
    }

    private void breakAt(Commit commit) {
        brokenGeneration = commit.generation;
        answer(() -> {
            if (unanswered.contains(commit)) {
                failFrom(commit);
            }
        });
    }

    /** Fails it and all that was made after it: none of the latter is ever stored. */
    private void failFrom(Commit first) {
        List<Commit> all = List.copyOf(unanswered);
        for (Commit commit : all.subList(all.indexOf(first), all.size())) {
            commit.withdrawn = commit != first;
        }
        while (unanswered.contains(first)) {
            // What is made by those who hear of it fails too.
            Commit next = unanswered.remove();
            next.withdrawn = next != first;
            next.answer.completeExceptionally(silence());
        }
        for (Commit next = unanswered.poll(); next != null; next = unanswered.poll()) {
            next.withdrawn = true;
            next.answer.completeExceptionally(silence());
        }
        generation++;
        onAnswer.run();
    }

    private static StoreException silence() {
        return new StoreException.Unavailable("the store does not answer; try again", null);
    }

    private void answer(Runnable complete) {
        answers.send(() -> thread.run(complete));
    }

    // ---- everything else

    private <R> CompletableFuture<R> ask(Pipe there, Pipe back, Supplier<CompletableFuture<R>> question) {
        CompletableFuture<R> answer = new CompletableFuture<>();
        there.send(() -> {
            CompletableFuture<R> known = question.get();
            disk.settle();
            back.send(() -> thread.run(() -> pass(known, answer)));
        });
        patience.ifPresent(limit -> thread.after(limit, () -> answer.completeExceptionally(silence())));
        return answer;
    }

    private static <R> void pass(CompletableFuture<R> known, CompletableFuture<R> answer) {
        var unused = known.whenComplete((result, failure) -> {
            if (failure == null) {
                answer.complete(result);
            } else {
                answer.completeExceptionally(failure);
            }
        });
    }

    @Override
    public CompletableFuture<Optional<Entry>> get(String key) {
        return ask(requests, answers, () -> disk.store().get(key));
    }

    @Override
    public CompletableFuture<Page> list(String prefix, Optional<String> afterKey, int limit) {
        return ask(requests, answers, () -> disk.store().list(prefix, afterKey, limit));
    }

    @Override
    public Watch watch(String prefix, long fromRevision, WatchListener listener) {
        return disk.store().watch(prefix, fromRevision, listener);
    }

    @Override
    public CompletableFuture<Lease> grant(Duration timeToLive) {
        return ask(requests, answers, () -> disk.store().grant(timeToLive));
    }

    @Override
    public CompletableFuture<Lease> keepAlive(long leaseId) {
        return ask(renewals, renewed, () -> disk.store().keepAlive(leaseId));
    }

    @Override
    public CompletableFuture<Boolean> revoke(long leaseId) {
        return ask(requests, answers, () -> disk.store().revoke(leaseId));
    }

    @Override
    public void close() {
        sever();
    }
}
