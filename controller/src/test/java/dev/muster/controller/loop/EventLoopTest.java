package dev.muster.controller.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.controller.store.StoreWrite.Delete;
import dev.muster.controller.store.StoreWrite.Put;
import dev.muster.controller.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** The rules of the loop, one turn at a time, over a store that answers when told. */
class EventLoopTest extends HeldLoop {

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

    private static final class Taken extends RuntimeException implements DeclaredRefusal {
        private static final long serialVersionUID = 1L;

        Taken(String message) {
            super(message);
        }
    }
}
