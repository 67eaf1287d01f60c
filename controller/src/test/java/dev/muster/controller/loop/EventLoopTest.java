package dev.muster.controller.loop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.controller.loop.FaultHandler.Fault;
import dev.muster.controller.loop.FaultHandler.Kind;
import dev.muster.controller.store.CommitResult;
import dev.muster.controller.store.Condition;
import dev.muster.controller.store.StoreException;
import dev.muster.controller.store.StoreWrite;
import dev.muster.controller.store.StoreWrite.Delete;
import dev.muster.controller.store.StoreWrite.Put;
import dev.muster.controller.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** The rules of the loop, one turn at a time, over a store that answers when told. */
class EventLoopTest {

    private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
    private static final Condition LEADING = new Condition.ModifiedAt("/muster/v1/leader", 7);

    private final HoldingStore store = new HoldingStore();
    private final ManualClock clock = new ManualClock(START);
    private final List<String> story = new ArrayList<>();
    private final List<Fault> faults = new ArrayList<>();
    private ManualEventLoop loop = loop(LoopSettings.DEFAULT);

    private ManualEventLoop loop(LoopSettings settings) {
        return new ManualEventLoop(
                store, () -> false, () -> List.of(LEADING), faults::add, LoopListener.NONE, clock, settings);
    }

    @Test
    void nothingIsDoneOrAnsweredBeforeItIsDurable() {
        CompletableFuture<String> answer = loop.submit(
                "create",
                now -> Decision.decide()
                        .write(put("a"))
                        .then(() -> story.add("acted"))
                        .answer("created"));
        loop.runPending();

        assertThat(store.writtenKeys()).containsExactly(List.of(key("a")));
        assertThat(answer).isNotDone();
        assertThat(story).isEmpty();

        store.letOneThrough();
        assertThat(answer).as("only the loop's thread completes futures").isNotDone();
        loop.runPending();
        assertThat(story).containsExactly("acted");
        assertThat(answer).isCompletedWithValue("created");
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

    @Test
    void anAnswerThatSawWhatIsNotDurableWaitsForIt() {
        write(put("a"));
        loop.runPending();
        CompletableFuture<String> read = loop.submit("read", now -> Decision.answer("a exists"));
        CompletableFuture<Object> refused = loop.submit("create again", now -> {
            throw new Taken("a is taken");
        });
        loop.runPending();
        assertThat(read).isNotDone();
        assertThat(refused).isNotDone();

        store.letOneThrough();
        loop.runPending();

        assertThat(read).isCompletedWithValue("a exists");
        assertThat(refused).isCompletedExceptionally();
    }

    @Test
    void aReadWithNothingInFlightIsAnsweredAtOnceEvenIfAWriteFollowsInTheSameTurn() {
        CompletableFuture<String> read = loop.submit("read", now -> Decision.answer("empty"));
        CompletableFuture<String> write =
                loop.submit("write", now -> Decision.decide().write(put("a")).answer("written"));
        loop.runPending();

        assertThat(read).isCompletedWithValue("empty");
        assertThat(write).isNotDone();
    }

    @Test
    void actionsAndAnswersComeInTheOrderOfSubmission() {
        for (int i = 0; i < 5; i++) {
            int number = i;
            CompletableFuture<Integer> future = loop.submit(
                    "write",
                    now -> Decision.decide()
                            .write(put("key" + number))
                            .then(() -> story.add("act " + number))
                            .answer(number));
            var unused = future.thenAccept(answer -> story.add("answer " + answer));
        }
        loop.runPending();
        store.letOneThrough();
        loop.runPending();

        assertThat(story)
                .containsExactly(
                        "act 0",
                        "answer 0",
                        "act 1",
                        "answer 1",
                        "act 2",
                        "answer 2",
                        "act 3",
                        "answer 3",
                        "act 4",
                        "answer 4");
    }

    @Test
    void whatOneTurnDecidesSharesATransactionAndTheLastWriteOfAKeyCounts() {
        write(put("a", "1"), put("b", "1"));
        write(put("a", "2"));
        write(new Delete(key("b")), put("b", "3"), put("c", "3"));
        loop.runPending();

        assertThat(store.transactions()).hasSize(1);
        Transaction transaction = store.transactions().get(0);
        assertThat(transaction.conditions()).containsExactly(LEADING);
        assertThat(transaction.writes()).containsExactly(put("a", "2"), put("b", "3"), put("c", "3"));
    }

    @Test
    void oneOperationsWritesAreNeverSplitOverTransactions() {
        write(manyWrites("first", 100));
        write(manyWrites("second", 27));
        write(manyWrites("third", 20));
        write(manyWrites("fourth", 127));
        loop.runPending();

        assertThat(store.writtenKeys()).extracting(List::size).containsExactly(127, 20, 127);
    }

    @Test
    void writesThatAreLargeTogetherGoInSeveralTransactions() {
        for (String name : List.of("a", "b", "c")) {
            write(new Put(key(name), new byte[700_000]));
        }
        loop.runPending();

        assertThat(store.writtenKeys()).containsExactly(List.of(key("a"), key("b")), List.of(key("c")));
    }

    @Test
    void laterTurnsCommitWhileEarlierOnesAreInFlightUpToTheBound() {
        loop = loop(LoopSettings.DEFAULT.withTransactionsInFlight(2));
        List<CompletableFuture<String>> answers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            answers.add(submitWrites(put("key" + i)));
            loop.runPending();
        }
        assertThat(store.heldCommits()).isEqualTo(2);

        store.letOneThrough();
        loop.runPending();

        assertThat(answers.get(0)).isDone();
        assertThat(answers.get(1)).isNotDone();
        assertThat(store.heldCommits()).as("the third now has room").isEqualTo(2);
    }

    @Test
    void operationsOfOneTurnSeeTheSameTimeAndEachOthersChanges() {
        List<Instant> times = new ArrayList<>();
        int[] counter = {0};
        List<CompletableFuture<Integer>> answers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            answers.add(loop.submit("count", now -> {
                times.add(now);
                assertThat(loop.inLoop()).isTrue();
                return Decision.answer(++counter[0]);
            }));
        }
        assertThat(loop.inLoop()).isFalse();
        loop.runPending();

        assertThat(answers).extracting(CompletableFuture::join).containsExactly(1, 2, 3);
        assertThat(times).containsOnly(START);
    }

    @Test
    void aRefusalReachesItsCallerAndTheLoopGoesOn() {
        CompletableFuture<String> refused = loop.submit("create", now -> {
            throw new Taken("name is taken; choose another");
        });
        CompletableFuture<String> next = submitWrites(put("a"));
        loop.runPending();
        store.letOneThrough();
        loop.runPending();

        assertThat(refused)
                .failsWithin(Duration.ZERO)
                .withThrowableOfType(ExecutionException.class)
                .havingCause()
                .isInstanceOf(Taken.class);
        assertThat(next).isCompletedWithValue("done");
        assertThat(faults).isEmpty();
    }

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
    void newcomersAreTurnedAwayWhenTheQueueIsFullButTheLoopsOwnConsequencesAreNot() {
        loop = loop(LoopSettings.DEFAULT.withQueuedOperations(2));
        CompletableFuture<String> spawning = loop.submit("spawn", now -> {
            for (int i = 0; i < 3; i++) {
                var unused = loop.submit("consequence", later -> {
                    story.add("ran");
                    return Decision.done();
                });
            }
            return Decision.answer("spawned");
        });
        write(put("a"));
        CompletableFuture<Decision.Done> tooMany = loop.submit("too many", now -> Decision.done());

        assertThat(tooMany)
                .failsWithin(Duration.ZERO)
                .withThrowableOfType(ExecutionException.class)
                .havingCause()
                .isInstanceOf(LoopException.Busy.class)
                .withMessageContaining("too many");
        loop.runPending();
        assertThat(spawning).isCompletedWithValue("spawned");
        assertThat(story).hasSize(3);
    }

    @Test
    void aClosingLoopFinishesWhatItHasAndFailsWhatTheStoreDoesNotAnswer() {
        CompletableFuture<String> read = loop.submit("read", now -> Decision.answer("read"));
        CompletableFuture<String> write = submitWrites(put("a"));
        loop.close();

        assertThat(read).isCompletedWithValue("read");
        assertStopped(write);
        assertStopped(submitWrites(put("b")));
        assertThat(faults).isEmpty();
    }

    private CompletableFuture<String> submitWrites(StoreWrite... writes) {
        return loop.submit(
                "write", now -> Decision.decide().writeAll(List.of(writes)).answer("done"));
    }

    /** For those whose answer does not matter. */
    private void write(StoreWrite... writes) {
        var unused = submitWrites(writes);
    }

    private static StoreWrite[] manyWrites(String name, int count) {
        StoreWrite[] writes = new StoreWrite[count];
        for (int i = 0; i < count; i++) {
            writes[i] = put(name.replace(' ', '-') + i);
        }
        return writes;
    }

    private static String key(String name) {
        return "/muster/v1/" + name;
    }

    private static StoreWrite put(String name) {
        return put(name, "x");
    }

    private static StoreWrite put(String name, String value) {
        return new Put(key(name), value.getBytes(UTF_8));
    }

    private static void assertStopped(CompletableFuture<?> future) {
        assertThat(future)
                .failsWithin(Duration.ZERO)
                .withThrowableOfType(ExecutionException.class)
                .havingCause()
                .isInstanceOf(LoopException.Stopped.class)
                .satisfies(cause -> assertThat(cause.getMessage()).doesNotContain("\n"));
    }

    private static final class Taken extends RuntimeException implements DeclaredRefusal {
        private static final long serialVersionUID = 1L;

        Taken(String message) {
            super(message);
        }
    }
}
