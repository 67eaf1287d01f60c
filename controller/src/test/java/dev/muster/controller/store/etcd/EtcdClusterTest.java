package dev.muster.controller.store.etcd;

import static dev.muster.controller.store.etcd.Stores.commit;
import static dev.muster.controller.store.etcd.Stores.join;
import static dev.muster.controller.store.etcd.Stores.put;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.controller.store.CommitResult;
import dev.muster.controller.store.CommitResult.Committed;
import dev.muster.controller.store.Condition;
import dev.muster.controller.store.Entry;
import dev.muster.controller.store.Lease;
import dev.muster.controller.store.Page;
import dev.muster.controller.store.RecordingListener;
import dev.muster.controller.store.StoreWrite.Put;
import dev.muster.controller.store.Transaction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Three members, of which one dies or falls asleep while a leader commits as fast as it can. */
@Timeout(180)
class EtcdClusterTest {

    private static final String LEADER = "/muster/v1/leader";
    private static final String STREAM = "/muster/v1/stream/";
    private static final int IN_FLIGHT = 64;

    @SuppressWarnings("NullAway.Init") // JUnit calls start() before each test
    private EtcdServer etcd;

    @BeforeEach
    void start() {
        etcd = EtcdServer.start(3);
    }

    @AfterEach
    void stop() {
        etcd.close();
    }

    private EtcdStateStore open() {
        return EtcdStateStore.open(
                EtcdSettings.of(etcd.endpoints()).withRequestTimeout(Duration.ofSeconds(3)), System::nanoTime);
    }

    @Test
    void whenEtcdsLeaderIsKilledEveryAcknowledgedCommitIsThereInOrder() {
        acknowledgedCommitsSurvive(() -> leader().kill());
    }

    @Test
    void whenEtcdsLeaderFallsAsleepEveryAcknowledgedCommitIsThereInOrder() {
        acknowledgedCommitsSurvive(() -> leader().pause());
    }

    private void acknowledgedCommitsSurvive(Runnable fault) {
        try (EtcdStateStore store = open()) {
            RecordingListener watcher = new RecordingListener();
            store.watch(STREAM, 1, watcher);
            CommittingLeader leader = new CommittingLeader(store);
            leader.commit(300);
            CompletableFuture<Void> meanwhile = CompletableFuture.runAsync(fault);
            leader.commitUntil(meanwhile::isDone);
            meanwhile.join();
            leader.commit(1_000);

            List<Entry> stored = list(store);
            assertThat(stored.stream().map(entry -> number(entry)).toList())
                    .as("of the keys, each number once and in order")
                    .containsAll(leader.acknowledged);
            assertThat(leader.acknowledged).hasSizeGreaterThanOrEqualTo(1_000);
            assertThat(stored.stream().map(Entry::createRevision).toList()).isSorted();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .untilAsserted(
                            () -> assertThat(watcher.story().stream().distinct().toList())
                                    .hasSameSizeAs(watcher.story())
                                    .hasSameSizeAs(stored));
        }
    }

    @Test
    void aMemberThatSleepsIsLeftForAnotherOne() {
        try (EtcdStateStore store = open()) {
            commit(store, put("first", "1"));
            etcd.member(0).pause();

            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .ignoreExceptionsInstanceOf(AssertionError.class)
                    .until(() -> commit(store, put("second", "2")) > 0);
        }
    }

    @Test
    void aLeaseIsKeptWhileTheMemberThatRenewedItSleeps() {
        try (EtcdStateStore store = open()) {
            Lease lease = join(store.grant(Duration.ofSeconds(10)));
            Put put = new Put("/muster/v1/mine", new byte[] {1}, OptionalLong.of(lease.id()));
            commit(store, Transaction.of(put));
            etcd.member(0).pause();

            Awaitility.await()
                    .atMost(Duration.ofSeconds(8))
                    .ignoreExceptionsInstanceOf(CompletionException.class)
                    .until(() -> store.keepAlive(lease.id()).join().id() == lease.id());
            assertThat(join(store.get("/muster/v1/mine"))).isPresent();
        }
    }

    /** Told by lines such as {@code http://127.0.0.1:1234, 8211f1d0f64f3269, 3.4.23, 25 kB, true, ...}. */
    private EtcdServer.Member leader() {
        String status = etcd.etcdctl("endpoint", "status");
        String line = status.lines()
                .filter(each -> each.matches("(\\S+, ){3}\\S+ \\S+, true, .*"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no leader in " + status));
        String endpoint = line.substring(line.indexOf("//") + 2, line.indexOf(','));
        return etcd.member(etcd.endpoints().indexOf(endpoint));
    }

    private static List<Entry> list(EtcdStateStore store) {
        List<Entry> all = new ArrayList<>();
        Optional<String> after = Optional.empty();
        Page page;
        do {
            page = join(store.list(STREAM, after, 1_000));
            all.addAll(page.entries());
            after = all.isEmpty() ? after : Optional.of(all.get(all.size() - 1).key());
        } while (page.more());
        return all;
    }

    private static int number(Entry entry) {
        return Integer.parseInt(new String(entry.value(), UTF_8));
    }

    /** Does as a controller does: each commit carries the token; after a failure it takes a new one and looks what is there. */
    private static final class CommittingLeader {
        final SortedSet<Integer> acknowledged = new TreeSet<>();
        private final EtcdStateStore store;
        private int next;
        private Optional<Condition> token = Optional.empty();

        CommittingLeader(EtcdStateStore store) {
            this.store = store;
        }

        void commit(int count) {
            int goal = acknowledged.size() + count;
            commitUntil(() -> acknowledged.size() >= goal);
        }

        void commitUntil(BooleanSupplier enough) {
            while (!enough.getAsBoolean()) {
                if (token.isEmpty()) {
                    takeTheLead();
                }
                commitSome();
            }
        }

        private void commitSome() {
            List<CompletableFuture<CommitResult>> inFlight = new ArrayList<>();
            int first = next;
            for (int i = 0; i < IN_FLIGHT; i++) {
                Put put = new Put(
                        STREAM + "%06d".formatted(next), Integer.toString(next).getBytes(UTF_8));
                inFlight.add(store.commit(new Transaction(List.of(token.orElseThrow()), List.of(put))));
                next++;
            }
            boolean failed = false;
            for (int i = 0; i < IN_FLIGHT; i++) {
                try {
                    CommitResult result = inFlight.get(i).join();
                    assertThat(result).isInstanceOf(Committed.class);
                    assertThat(failed).as("acknowledged behind one that failed").isFalse();
                    acknowledged.add(first + i);
                } catch (CompletionException unavailable) {
                    failed = true;
                }
            }
            if (failed) {
                token = Optional.empty();
            }
        }

        private void takeTheLead() {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .ignoreExceptionsInstanceOf(CompletionException.class)
                    .until(() -> {
                        CommitResult taken = store.commit(Transaction.of(new Put(LEADER, new byte[] {1})))
                                .join();
                        token = Optional.of(new Condition.ModifiedAt(LEADER, ((Committed) taken).revision()));
                        List<Entry> stored = list(store);
                        next = stored.isEmpty() ? 0 : number(stored.get(stored.size() - 1)) + 1;
                        return true;
                    });
        }
    }
}
