package dev.muster.controller.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.controller.loop.FaultHandler.Fault;
import dev.muster.controller.loop.FaultHandler.Kind;
import dev.muster.controller.store.CommitResult;
import dev.muster.controller.store.StoreException;
import dev.muster.controller.store.StoreWrite;
import dev.muster.controller.store.StoreWrite.Put;
import dev.muster.controller.store.Transaction;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What stops the loop, and that nothing is stored, acted on or left waiting behind it. */
class EventLoopFaultsTest extends HeldLoop {

    @Test
    void anUndeclaredExceptionIsAFaultThatStopsEverything() {
        CompletableFuture<String> inFlight = submitWrites(put("a"));
        loop.runPending();
        CompletableFuture<String> before = submitWrites(put("b"));
        CompletableFuture<String> broken = loop.submit("break", now -> {
            throw new IllegalStateException("rank placed twice");
        });
        CompletableFuture<String> after = submitWrites(put("c"));
        loop.runPending();

        assertThat(faults).hasSize(1);
        assertThat(faults.get(0).kind()).isEqualTo(Kind.OPERATION);
        assertThat(faults.get(0).operation()).isEqualTo("break");
        assertThat(faults.get(0).message()).contains("rank placed twice");
        assertThat(store.writtenKeys())
                .as("decisions beside the fault are not stored")
                .containsExactly(List.of(key("a")));
        for (CompletableFuture<String> future : List.of(inFlight, before, broken, after, submitWrites(put("d")))) {
            assertStopped(future);
        }
        store.letOneThrough();
        loop.runPending();
        assertThat(faults).hasSize(1);
    }

    @Test
    void anOperationThatDecidesMoreThanATransactionHoldsIsAFault() {
        assertStopped(runUndecidable(manyWrites("too many", 128)));
        assertThat(faults).hasSize(1);
        assertThat(faults.get(0).cause()).isInstanceOf(LoopException.Undecidable.class);
        assertThat(faults.get(0).message()).contains("128 writes").contains("127 fit");
    }

    @Test
    void anOperationThatStoresTooManyBytesIsAFaultToo() {
        assertStopped(runUndecidable(new Put(key("a"), new byte[Transaction.MAX_BYTES])));
        assertThat(faults.get(0).cause()).isInstanceOf(LoopException.Undecidable.class);
    }

    private CompletableFuture<String> runUndecidable(StoreWrite... writes) {
        CompletableFuture<String> future = submitWrites(writes);
        loop.runPending();
        assertThat(store.transactions()).isEmpty();
        return future;
    }

    @Test
    void aFailedCommitStopsTheLoopAndNoActionRuns() {
        CompletableFuture<String> first = loop.submit(
                "write",
                now -> Decision.decide()
                        .write(put("a"))
                        .then(() -> story.add("acted"))
                        .answer("done"));
        loop.runPending();
        CompletableFuture<String> second = submitWrites(put("b"));
        loop.runPending();
        store.failOne(new StoreException.Unavailable("disk is full", null));
        loop.runPending();

        assertStopped(first);
        assertStopped(second);
        assertThat(story).isEmpty();
        assertThat(faults).extracting(Fault::kind).containsExactly(Kind.STORE);
        assertThat(faults.get(0).message()).contains("disk is full");
    }

    @Test
    void whatIsDecidedWhileACommitFailsIsNotHandedToTheStore() {
        CompletableFuture<String> lost = submitWrites(put("a"));
        loop.runPending();
        CompletableFuture<String> late = loop.submit("late", now -> {
            store.failOne(new StoreException.Unavailable("etcd is away", null));
            return Decision.decide().write(put("b")).answer("done");
        });
        loop.runPending();

        assertThat(store.writtenKeys()).containsExactly(List.of(key("a")));
        assertStopped(lost);
        assertStopped(late);
    }

    @Test
    void aConflictMeansSomebodyElseLeads() {
        CompletableFuture<String> write = submitWrites(put("a"));
        loop.runPending();
        store.answerOne(new CommitResult.Conflict(LEADING, Optional.empty()));
        loop.runPending();

        assertStopped(write);
        assertThat(faults).extracting(Fault::kind).containsExactly(Kind.CONFLICT);
        assertThat(faults.get(0).message()).contains("/muster/v1/leader");
    }

    @Test
    void anActionThatThrowsIsAFaultAndLaterActionsDoNotRun() {
        CompletableFuture<String> first = loop.submit(
                "act",
                now -> Decision.decide()
                        .then(() -> {
                            throw new IllegalStateException("no launcher");
                        })
                        .answer("never"));
        CompletableFuture<String> second = loop.submit(
                "act", now -> Decision.decide().then(() -> story.add("acted")).answer("never"));
        loop.runPending();

        assertStopped(first);
        assertStopped(second);
        assertThat(story).isEmpty();
        assertThat(faults).extracting(Fault::kind).containsExactly(Kind.ACTION);
    }

    @Test
    void aListenerThatThrowsStopsTheLoopInsteadOfLeavingCallersWaiting() {
        LoopListener broken = new LoopListener() {
            @Override
            public void onCommit(long micros, int writes) {
                throw new IllegalStateException("no such bucket");
            }
        };
        loop = new ManualEventLoop(store, () -> false, List::of, faults::add, broken, clock, LoopSettings.DEFAULT);
        CompletableFuture<String> write = submitWrites(put("a"));
        loop.runPending();
        store.letOneThrough();
        loop.runPending();

        assertStopped(write);
        assertThat(faults).hasSize(1);
    }

    @Test
    void onceTheLeadIsOverNothingRunsAndNothingDurableIsActedOn() {
        boolean[] over = {false};
        ManualEventLoop leading = new ManualEventLoop(
                store,
                () -> false,
                () -> {
                    if (over[0]) {
                        throw new LoopException.NotLeading("this controller leads no more");
                    }
                    return List.of();
                },
                faults::add,
                LoopListener.NONE,
                clock,
                LoopSettings.DEFAULT);
        CompletableFuture<String> committed = leading.submit(
                "write",
                now -> Decision.decide()
                        .write(put("a"))
                        .then(() -> story.add("acted"))
                        .answer("written"));
        leading.runPending();
        store.letOneThrough();
        over[0] = true;
        CompletableFuture<String> read = leading.submit("read", now -> {
            story.add("ran");
            return Decision.answer("read");
        });

        leading.runPending();

        assertThat(story).isEmpty();
        assertThat(committed).isCompletedExceptionally();
        assertThat(read).isCompletedExceptionally();
        assertThat(faults).extracting(Fault::kind).containsExactly(Kind.CONFLICT);
    }
}
