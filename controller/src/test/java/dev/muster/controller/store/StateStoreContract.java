package dev.muster.controller.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.muster.controller.store.CommitResult.Committed;
import dev.muster.controller.store.CommitResult.Conflict;
import dev.muster.controller.store.Condition.Absent;
import dev.muster.controller.store.Condition.ModifiedAt;
import dev.muster.controller.store.Condition.Present;
import dev.muster.controller.store.StoreWrite.Delete;
import dev.muster.controller.store.StoreWrite.Put;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every {@link StateStore} must do; each adapter's test extends this. */
@Timeout(120)
public abstract class StateStoreContract {

    protected static final String A = "/muster/v1/test/a";
    protected static final String B = "/muster/v1/test/b";
    protected static final String PREFIX = "/muster/v1/test/";

    @SuppressWarnings("NullAway.Init") // JUnit calls open() before each test
    protected StateStore store;

    /** An empty store. */
    protected abstract StateStore openStore() throws Exception;

    /** Lets time pass on the clock that leases run by. */
    protected abstract void pass(Duration time) throws Exception;

    /** Makes the store forget all changes before its present revision. */
    protected abstract void forgetHistory();

    /** Breaks the connection to the store for a moment, where there is one. */
    protected void disconnect() {}

    @BeforeEach
    void open() throws Exception {
        store = openStore();
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void aKeyThatWasPutIsReadBackWithItsRevisions() {
        long revision = committed(put(A, "one"));

        assertThat(get(A)).contains(new Entry(A, bytes("one"), revision, revision));
        assertThat(get(B)).isEmpty();
    }

    @Test
    void anOverwrittenKeyKeepsItsCreateRevisionUntilItIsDeleted() {
        long created = committed(put(A, "one"));
        long changed = committed(put(A, "two"));
        assertThat(get(A)).contains(new Entry(A, bytes("two"), created, changed));

        committed(new Delete(A));
        assertThat(get(A)).isEmpty();

        long again = committed(put(A, "three"));
        assertThat(get(A)).contains(new Entry(A, bytes("three"), again, again));
    }

    @Test
    void eachTransactionThatChangesSomethingMovesTheRevisionByOne() {
        long first = committed(put(A, "1"), put(B, "1"));
        assertThat(committed(put(A, "2"))).isEqualTo(first + 1);
        assertThat(committed(new Delete("/muster/v1/test/never"))).isEqualTo(first + 1);
        assertThat(join(store.commit(new Transaction(List.of(new Present(A)), List.of()))))
                .isEqualTo(new Committed(first + 1));
        assertThat(committed(new Delete(A), new Delete(B))).isEqualTo(first + 2);
    }

    @Test
    void aConditionThatFailsIsNamedAndNothingIsWritten() {
        long revision = committed(put(A, "one"));
        Entry entry = new Entry(A, bytes("one"), revision, revision);

        assertConflict(new ModifiedAt(A, revision - 1), Optional.of(entry));
        assertConflict(new Absent(A), Optional.of(entry));
        assertConflict(new ModifiedAt("/muster/v1/test/never", revision), Optional.empty());
        assertConflict(new Present("/muster/v1/test/never"), Optional.empty());
    }

    private void assertConflict(Condition failing, Optional<Entry> actual) {
        Transaction transaction =
                new Transaction(List.of(new Present(A), failing), List.of(put(A, "lost"), put(B, "lost")));

        assertThat(join(store.commit(transaction))).isEqualTo(new Conflict(failing, actual));
        assertThat(get(A).map(Entry::value)).contains(bytes("one"));
        assertThat(get(B)).isEmpty();
    }

    @Test
    void overSeveralKeysAllConditionsHoldOrNothingIsWritten() {
        long a = committed(put(A, "1"));
        long b = committed(put(B, "1"));
        Transaction move =
                new Transaction(List.of(new ModifiedAt(A, a), new ModifiedAt(B, b)), List.of(put(A, "2"), put(B, "2")));

        assertThat(join(store.commit(move))).isInstanceOf(Committed.class);
        assertThat(join(store.commit(move))).isInstanceOf(Conflict.class);

        committed(put(B, "3"));
        long changed = get(A).orElseThrow().modRevision();
        Transaction stale = new Transaction(
                List.of(new ModifiedAt(A, changed), new ModifiedAt(B, changed)), List.of(put(A, "4"), new Delete(B)));
        assertThat(join(store.commit(stale))).isEqualTo(new Conflict(new ModifiedAt(B, changed), get(B)));
        assertThat(get(A).map(Entry::value)).contains(bytes("2"));
        assertThat(get(B).map(Entry::value)).contains(bytes("3"));
    }

    @Test
    void ofCommitsInFlightOneThatConflictsStopsNobodyElse() {
        long a = committed(put(A, "1"));
        List<CompletableFuture<CommitResult>> all = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            Condition condition = i % 3 == 1 ? new ModifiedAt(A, a - 1) : new ModifiedAt(A, a);
            all.add(store.commit(new Transaction(List.of(condition), List.of(put(PREFIX + "c/" + i, "" + i)))));
        }

        for (int i = 0; i < 30; i++) {
            assertThat(join(all.get(i))).isInstanceOf(i % 3 == 1 ? Conflict.class : Committed.class);
            assertThat(get(PREFIX + "c/" + i).isPresent()).isEqualTo(i % 3 != 1);
        }
    }

    @Test
    void conditionsThatHoldLetTheWritesThrough() {
        long revision = committed(put(A, "one"));

        CommitResult result = join(store.commit(new Transaction(
                List.of(new ModifiedAt(A, revision), new Present(A), new Absent(B)),
                List.of(new Delete(A), put(B, "moved")))));

        assertThat(result).isEqualTo(new Committed(revision + 1));
        assertThat(get(A)).isEmpty();
        assertThat(get(B).map(Entry::value)).contains(bytes("moved"));
    }

    @Test
    void ofManyWhoCreateTheSameKeyExactlyOneWins() {
        List<CompletableFuture<CommitResult>> attempts = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            attempts.add(store.commit(new Transaction(List.of(new Absent(A)), List.of(put(A, "winner " + i)))));
        }

        assertThat(attempts.stream().map(StateStoreContract::join).filter(Committed.class::isInstance))
                .hasSize(1);
        assertThat(get(A).map(Entry::value)).contains(bytes("winner 0"));
    }

    @Test
    void transactionsUpToTheLimitsAreTakenAndLargerOnesRefusedWhole() {
        List<StoreWrite> most = new ArrayList<>();
        for (int i = 0; i < Transaction.MAX_OPERATIONS - 1; i++) {
            most.add(put(PREFIX + "many/" + i, "x"));
        }
        assertThat(join(store.commit(new Transaction(List.of(new Absent(A)), most))))
                .isInstanceOf(Committed.class);

        most.add(put(PREFIX + "many/last", "x"));
        assertFails(store.commit(new Transaction(List.of(new Absent(A)), most)), StoreException.TooLarge.class);
        assertThat(get(PREFIX + "many/last")).isEmpty();

        byte[] largest = new byte[Transaction.MAX_BYTES - A.length()];
        assertThat(join(store.commit(Transaction.of(new Put(A, largest))))).isInstanceOf(Committed.class);
        assertThat(get(A).map(Entry::value)).contains(largest);
        byte[] tooLarge = new byte[largest.length + 1];
        assertFails(store.commit(Transaction.of(new Put(B, tooLarge))), StoreException.TooLarge.class);
    }

    @Test
    void commitsInFlightCompleteInOrderAndReadsSeeThoseBeforeThem() {
        List<Integer> completed = new ArrayList<>();
        List<CompletableFuture<?>> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            int number = i;
            all.add(store.commit(Transaction.of(put(A, "" + i))).thenAccept(done -> {
                synchronized (completed) {
                    completed.add(number);
                }
            }));
        }
        assertThat(get(A).map(Entry::value)).contains(bytes("199"));
        all.forEach(StateStoreContract::join);

        assertThat(completed).isSorted().hasSize(200);
    }

    @Test
    void aListingIsPagedInKeyOrderAndStaysUnderItsPrefix() {
        int count = 2_345;
        for (int from = 0; from < count; from += 100) {
            List<StoreWrite> writes = new ArrayList<>();
            for (int i = from; i < Math.min(count, from + 100); i++) {
                writes.add(put(PREFIX + "page/%05d".formatted(i), "" + i));
            }
            committed(writes.toArray(StoreWrite[]::new));
        }
        committed(put(PREFIX + "pagf", "outside"), put(A, "outside"));

        List<Entry> all = listAll(PREFIX + "page/", 1_000);

        assertThat(all).extracting(Entry::key).isSorted().hasSize(count);
        assertThat(all.get(count - 1).value()).isEqualTo(bytes("2344"));
        Page exact = join(store.list(PREFIX + "page/0000", Optional.empty(), 10));
        assertThat(exact.entries()).hasSize(10);
        assertThat(exact.more()).isFalse();
        assertThat(exact.revision()).isGreaterThan(0);
    }

    @Test
    protected void aHundredThousandKeysAreListedPageByPage() {
        int count = 100_000;
        List<CompletableFuture<CommitResult>> inFlight = new ArrayList<>();
        for (int from = 0; from < count; from += 100) {
            List<StoreWrite> writes = new ArrayList<>();
            for (int i = from; i < from + 100; i++) {
                writes.add(put(PREFIX + "key/%06d".formatted(i), "value " + i));
            }
            inFlight.add(store.commit(new Transaction(List.of(), writes)));
        }
        inFlight.forEach(StateStoreContract::join);

        assertThat(listAll(PREFIX + "key/", 1_000))
                .hasSize(count)
                .extracting(Entry::key)
                .isSorted()
                .doesNotHaveDuplicates();
    }

    @Test
    void aPageOfLargeValuesHoldsFewerThanAskedAndSaysSo() {
        for (int i = 0; i < 5; i++) {
            committed(new Put(PREFIX + "large/" + i, new byte[1_000_000]));
        }

        Page first = join(store.list(PREFIX + "large/", Optional.empty(), 100));

        assertThat(first.entries()).hasSizeBetween(1, 4);
        assertThat(first.more()).isTrue();
        assertThat(listAll(PREFIX + "large/", 100)).hasSize(5);
    }

    @Test
    void aWatchDeliversEachChangeUnderItsPrefixOnceInOrderFromItsRevisionOn() {
        long first = committed(put(A, "1"));
        committed(put(B, "2"), put("/muster/v1/other", "2"));
        RecordingListener fromFirst = new RecordingListener();
        RecordingListener fromThird = new RecordingListener();
        store.watch(PREFIX, first, fromFirst);
        store.watch(PREFIX, first + 2, fromThird);
        committed(put("/muster/v1/other", "3"));
        committed(new Delete(A), put(B, "4"));

        soon(() -> assertThat(fromFirst.story())
                .containsExactly(first + "+" + A, (first + 1) + "+" + B, (first + 3) + "-" + A, (first + 3) + "+" + B));
        soon(() -> assertThat(fromThird.story()).containsExactly((first + 3) + "-" + A, (first + 3) + "+" + B));
        assertThat(fromThird.batches()).as("one transaction, one call").hasSize(1);
    }

    @Test
    void listingAndThenWatchingMissesNothing() {
        committed(put(A, "1"));
        Page page = join(store.list(PREFIX, Optional.empty(), 10));
        committed(put(B, "2"));
        RecordingListener listener = new RecordingListener();
        store.watch(PREFIX, page.revision() + 1, listener);

        soon(() -> assertThat(listener.story()).containsExactly((page.revision() + 1) + "+" + B));
    }

    @Test
    void aWatchGoesOnAfterADisconnectWithEachChangeOnce() {
        RecordingListener listener = new RecordingListener();
        long first = committed(put(A, "1"));
        store.watch(PREFIX, first, listener);
        soon(() -> assertThat(listener.story()).hasSize(1));

        disconnect();
        long second = committed(put(A, "2"));
        disconnect();
        long third = committed(new Delete(A));
        long fourth = committed(put(B, "4"));

        soon(() -> assertThat(listener.story())
                .containsExactly(first + "+" + A, second + "+" + A, third + "-" + A, fourth + "+" + B));
    }

    @Test
    void whoFellBehindIsToldSoAndListsAgainAndThenMissesNothing() {
        long first = committed(put(A, "1"), put(B, "1"));
        committed(new Delete(B));
        forgetHistory();
        RecordingListener late = new RecordingListener();
        store.watch(PREFIX, first, late);
        soon(() -> assertThat(late.compacted()).isPresent());
        assertThat(late.story()).isEmpty();

        Page page = join(store.list(PREFIX, Optional.empty(), 1_000));
        assertThat(page.entries()).extracting(Entry::key).contains(A).doesNotContain(B);
        RecordingListener again = new RecordingListener();
        store.watch(PREFIX, page.revision() + 1, again);
        long next = committed(put(B, "back"));

        soon(() -> assertThat(again.story()).containsExactly(next + "+" + B));
    }

    @Test
    void aClosedWatchHearsNothingMoreAndAFailingListenerOnlyEndsItsOwn() {
        RecordingListener closed = new RecordingListener();
        RecordingListener healthy = new RecordingListener();
        RecordingListener failing = new RecordingListener();
        long next = nextRevision();
        store.watch(PREFIX, next, closed).close();
        store.watch(PREFIX, next, new WatchListener() {
            @Override
            public void onChanges(List<Change> changes) {
                throw new IllegalStateException("no");
            }

            @Override
            public void onCompacted(long oldestRevision) {
                failing.onCompacted(oldestRevision);
            }

            @Override
            public void onFailure(StoreException reason) {
                failing.onFailure(reason);
            }
        });
        store.watch(PREFIX, next, healthy);
        committed(put(A, "1"));
        committed(put(A, "2"));

        soon(() -> assertThat(healthy.story()).hasSize(2));
        soon(() -> assertThat(failing.failures()).hasSize(1));
        assertThat(closed.story()).isEmpty();
    }

    @Test
    void keysEndWithTheirLeaseAndWatchesSeeIt() throws Exception {
        Lease lease = join(store.grant(Duration.ofSeconds(2)));
        long revision = committed(new Put(A, bytes("mine"), OptionalLong.of(lease.id())), put(B, "stays"));
        RecordingListener listener = new RecordingListener();
        store.watch(PREFIX, revision + 1, listener);

        pass(Duration.ofMillis(1_500));
        join(store.keepAlive(lease.id()));
        pass(Duration.ofMillis(1_500));
        assertThat(get(A)).as("renewed after 1.5 s").isPresent();

        pass(Duration.ofSeconds(3));
        soon(() -> assertThat(get(A)).isEmpty());
        assertThat(get(B)).isPresent();
        soon(() -> assertThat(listener.story()).containsExactly((revision + 1) + "-" + A));
        assertFails(store.keepAlive(lease.id()), StoreException.LeaseNotFound.class);
    }

    @Test
    void aRevokedLeaseTakesItsKeysAtOnce() {
        Lease lease = join(store.grant(Duration.ofSeconds(60)));
        committed(new Put(A, bytes("mine"), OptionalLong.of(lease.id())));

        assertThat(join(store.revoke(lease.id()))).isTrue();
        assertThat(get(A)).isEmpty();
        assertThat(join(store.revoke(lease.id()))).isFalse();
        assertFails(
                store.commit(Transaction.of(new Put(A, bytes("late"), OptionalLong.of(lease.id())))),
                StoreException.LeaseNotFound.class);
        assertThat(get(A)).isEmpty();
        assertThat(join(store.grant(Duration.ofSeconds(60))).id()).isNotEqualTo(lease.id());
    }

    @Test
    void aKeyPutAgainWithoutTheLeaseOutlivesIt() {
        Lease lease = join(store.grant(Duration.ofSeconds(60)));
        committed(new Put(A, bytes("leased"), OptionalLong.of(lease.id())));
        committed(put(A, "kept"));

        join(store.revoke(lease.id()));

        assertThat(get(A).map(Entry::value)).contains(bytes("kept"));
    }

    @Test
    void keysOutsideTheRootOrWithStrangeCharactersAreMistakes() {
        assertThatThrownBy(() -> store.get("/other/key"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("/muster/v1/");
        assertThatThrownBy(() -> put("/muster/v1/a\u00e9", "x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> put("/muster/v1/" + "x".repeat(2_000), "x"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Transaction.of(put(A, "1"), new Delete(A)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("twice");
    }

    @Test
    void aClosedStoreAnswersSoAndTellsItsWatches() {
        RecordingListener listener = new RecordingListener();
        store.watch(PREFIX, nextRevision(), listener);
        committed(put(B, "1"));
        soon(() -> assertThat(listener.story()).hasSize(1));
        CompletableFuture<CommitResult> before = store.commit(Transaction.of(put(A, "1")));
        store.close();

        assertThat(join(before)).isInstanceOf(Committed.class);
        assertFails(store.get(A), StoreException.Closed.class);
        assertFails(store.commit(Transaction.of(put(A, "2"))), StoreException.Closed.class);
        soon(() -> assertThat(listener.failures()).hasSize(1).hasOnlyElementsOfType(StoreException.Closed.class));
        assertThat(listener.story()).hasSizeBetween(1, 2);
    }

    protected static StoreWrite put(String key, String value) {
        return new Put(key, bytes(value));
    }

    protected static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    protected Optional<Entry> get(String key) {
        return join(store.get(key));
    }

    protected long committed(StoreWrite... writes) {
        CommitResult result = join(store.commit(Transaction.of(writes)));
        assertThat(result).isInstanceOf(Committed.class);
        return ((Committed) result).revision();
    }

    /** Where a watch begins that is to see what happens from now on. */
    protected long nextRevision() {
        return join(store.list(PREFIX, Optional.empty(), 1)).revision() + 1;
    }

    protected List<Entry> listAll(String prefix, int limit) {
        List<Entry> all = new ArrayList<>();
        Optional<String> after = Optional.empty();
        boolean more = true;
        while (more) {
            Page page = join(store.list(prefix, after, limit));
            all.addAll(page.entries());
            after = Optional.of(all.get(all.size() - 1).key());
            more = page.more();
        }
        return all;
    }

    /** Waits within reason; what should come at once must not hang a test. */
    protected static <T> T join(CompletableFuture<T> future) {
        try {
            return future.get(30, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException failure) {
            throw new AssertionError("future failed: " + failure, failure);
        }
    }

    protected static void soon(org.awaitility.core.ThrowingRunnable assertion) {
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(5))
                .untilAsserted(assertion);
    }

    protected static void assertFails(CompletableFuture<?> future, Class<? extends StoreException> type) {
        assertThat(future)
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableOfType(ExecutionException.class)
                .havingCause()
                .isInstanceOf(type)
                .satisfies(cause -> assertThat(cause.getMessage()).doesNotContain("\n"));
    }
}
