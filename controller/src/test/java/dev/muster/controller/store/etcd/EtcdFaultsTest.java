package dev.muster.controller.store.etcd;

import static dev.muster.controller.store.etcd.Stores.commit;
import static dev.muster.controller.store.etcd.Stores.failureOf;
import static dev.muster.controller.store.etcd.Stores.join;
import static dev.muster.controller.store.etcd.Stores.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.muster.controller.store.CommitResult;
import dev.muster.controller.store.RecordingListener;
import dev.muster.controller.store.StoreException;
import dev.muster.controller.store.StoreWrite.Put;
import dev.muster.controller.store.Transaction;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One etcd that goes away, and etcd that cannot be used. */
@Timeout(120)
class EtcdFaultsTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    @SuppressWarnings("NullAway.Init") // JUnit calls startEtcd() first
    private static EtcdServer etcd;

    @BeforeAll
    static void startEtcd() {
        etcd = EtcdServer.start(1);
    }

    @AfterAll
    static void stopEtcd() {
        if (etcd != null) {
            etcd.close();
        }
    }

    private static EtcdSettings settings() {
        return EtcdSettings.of(etcd.endpoints()).withRequestTimeout(TIMEOUT);
    }

    @Test
    void whileEtcdIsAwayCommitsFailInTimeAndServiceReturnsByItself() {
        try (EtcdStateStore store = EtcdStateStore.open(settings(), System::nanoTime)) {
            commit(store, put("away/before", "1"));
            RecordingListener listener = new RecordingListener();
            store.watch("/muster/v1/away/", 1, listener);
            etcd.member(0).pause();
            List<CompletableFuture<CommitResult>> inFlight = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                inFlight.add(store.commit(put("away/" + i, "x")));
            }

            for (CompletableFuture<CommitResult> each : inFlight) {
                assertThat(failureOf(each))
                        .isInstanceOf(StoreException.Unavailable.class)
                        .hasMessageContaining("did not answer within 1000 ms")
                        .hasMessageNotContaining("\n");
            }
            assertThat(failureOf(store.get("/muster/v1/away/before"))).isInstanceOf(StoreException.Unavailable.class);
            etcd.member(0).resume();

            await().atMost(Duration.ofSeconds(30)).until(() -> works(store));
            assertThat(revisionsOf(store, inFlight.size()))
                    .as("those that were under way together may be stored, late; none behind them")
                    .hasSizeLessThanOrEqualTo(1);
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() ->
                            assertThat(listener.story()).anyMatch(change -> change.endsWith("+/muster/v1/away/after")));
        }
    }

    private static Set<Long> revisionsOf(EtcdStateStore store, int commits) {
        Set<Long> revisions = new HashSet<>();
        for (int i = 0; i < commits; i++) {
            join(store.get("/muster/v1/away/" + i)).ifPresent(entry -> revisions.add(entry.modRevision()));
        }
        return revisions;
    }

    private static boolean works(EtcdStateStore store) {
        try {
            commit(store, put("away/after", "1"));
            return true;
        } catch (AssertionError notYet) {
            return false;
        }
    }

    @Test
    void aCommitWaitsOutAQuickRestartOfEtcd() {
        try (EtcdStateStore store = EtcdStateStore.open(
                EtcdSettings.of(etcd.endpoints()).withRequestTimeout(Duration.ofSeconds(30)), System::nanoTime)) {
            commit(store, put("restart/1", "1"));
            etcd.member(0).kill();
            CompletableFuture<CommitResult> during = store.commit(put("restart/2", "2"));
            etcd.member(0).start();

            boolean acknowledged = failureOf(during) == null;
            assertThat(join(store.get("/muster/v1/restart/1"))).isPresent();
            if (acknowledged) {
                assertThat(join(store.get("/muster/v1/restart/2"))).isPresent();
            }
        }
    }

    @Test
    void oldRevisionsAreForgottenSoThatEtcdDoesNotFillUp() {
        AtomicLong nanos = new AtomicLong();
        EtcdSettings settings = settings().withCompactionInterval(Duration.ofMinutes(5));
        try (EtcdStateStore store = EtcdStateStore.open(settings, nanos::get)) {
            long first = commit(store, put("compact", "1"));
            for (int interval = 0; interval < 3; interval++) {
                nanos.addAndGet(Duration.ofMinutes(6).toNanos());
                commit(store, put("compact", "again"));
            }

            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                RecordingListener late = new RecordingListener();
                store.watch("/muster/v1/compact", first, late);
                await().until(() ->
                        late.compacted().isPresent() || !late.story().isEmpty());
                assertThat(late.compacted()).isPresent();
            });
        }
    }

    @Test
    void whoFellBehindByMoreThanAReplyHoldsListsAgain() {
        try (EtcdStateStore store = EtcdStateStore.open(
                EtcdSettings.of(etcd.endpoints()).withRequestTimeout(Duration.ofSeconds(20)), System::nanoTime)) {
            long first = commit(store, put("behind/0", "1"));
            byte[] large = new byte[1_400_000];
            for (int i = 0; i < EtcdConnection.MAX_REPLY_BYTES / large.length + 1; i++) {
                commit(store, Transaction.of(new Put("/muster/v1/behind/1", large)));
            }
            RecordingListener late = new RecordingListener();
            store.watch("/muster/v1/behind/", first, late);

            await().atMost(Duration.ofSeconds(60)).until(() -> late.compacted().isPresent());
            long next = commit(store, put("behind/2", "1"));
            RecordingListener again = new RecordingListener();
            store.watch("/muster/v1/behind/", late.compacted().getAsLong(), again);
            await().until(() -> again.story().contains(next + "+/muster/v1/behind/2"));
        }
    }

    @Test
    void wherePasswordsAreAskedForEachMistakeIsNamedAndARestartOfEtcdIsNone() {
        try (EtcdServer guarded = EtcdServer.start(1)) {
            guarded.etcdctl("user", "add", "root:secret");
            guarded.etcdctl("user", "grant-role", "root", "root");
            guarded.etcdctl("user", "add", "reader:secret");
            guarded.etcdctl("auth", "enable");
            EtcdSettings none = EtcdSettings.of(guarded.endpoints()).withRequestTimeout(Duration.ofSeconds(3));

            assertRefused(none, "user name is empty", "--etcd-user");
            assertRefused(as(none, "root", "wrong-word"), "authentication failed", "--etcd-password-file");
            assertRefused(as(none, "reader", "secret"), "permission denied", "/muster/v1/");
            assertRefused(as(settings(), "root", "secret"), "authentication is not enabled", "--etcd-user");
            assertThat(as(none, "root", "wrong-word").toString()).doesNotContain("wrong-word");

            guarded.etcdctl("--user=root:secret", "role", "add", "muster");
            guarded.etcdctl(
                    "--user=root:secret",
                    "role",
                    "grant-permission",
                    "muster",
                    "readwrite",
                    "--prefix=true",
                    "/muster/v1/");
            guarded.etcdctl("--user=root:secret", "user", "add", "muster:secret");
            guarded.etcdctl("--user=root:secret", "user", "grant-role", "muster", "muster");
            try (EtcdStateStore store = EtcdStateStore.open(as(none, "muster", "secret"), System::nanoTime)) {
                commit(store, put("guarded", "1"));
                guarded.member(0).kill();
                guarded.member(0).start();
                guarded.member(0).awaitListening();
                await().atMost(Duration.ofSeconds(30)).until(() -> works(store));
            }
        }
    }

    private static EtcdSettings as(EtcdSettings settings, String user, String password) {
        return settings.withCredentials(Optional.of(new EtcdSettings.Credentials(user, password)));
    }

    private static void assertRefused(EtcdSettings settings, String... words) {
        assertFails(settings, StoreException.Refused.class, words);
    }

    private static void assertFails(EtcdSettings settings, Class<? extends StoreException> how, String... words) {
        assertThatThrownBy(() -> EtcdStateStore.open(settings, System::nanoTime))
                .isInstanceOf(how)
                .hasMessageContainingAll(words)
                .hasMessageNotContaining("wrong-word")
                .hasMessageNotContaining("\n");
    }

    @Test
    void whereNobodyListensOpeningSaysSoInTime() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        assertFails(
                EtcdSettings.of(List.of("127.0.0.1:" + port)).withRequestTimeout(TIMEOUT),
                StoreException.Unavailable.class,
                "127.0.0.1:" + port,
                "Connection refused");
    }

    @Test
    void aMemberThatSleepsIsPassedOverAndWithoutAQuorumOpeningFailsAsUnavailable() {
        try (EtcdServer three = EtcdServer.start(3)) {
            EtcdSettings settings = EtcdSettings.of(three.endpoints()).withRequestTimeout(Duration.ofSeconds(3));
            three.member(0).pause();
            try (EtcdStateStore store = EtcdStateStore.open(settings, System::nanoTime)) {
                await().atMost(Duration.ofSeconds(30)).until(() -> works(store));
            }
            three.member(1).pause();
            assertFails(
                    settings, StoreException.Unavailable.class, three.member(0).endpoint(), "most of its members");
        }
    }

    @Test
    void aCertificateThatIsNotTrustedIsRefused() {
        try (EtcdServer secure = EtcdServer.withOwnCertificate()) {
            EtcdSettings settings = EtcdSettings.of(secure.endpoints())
                    .withRequestTimeout(TIMEOUT)
                    .withTls(Optional.of(new EtcdSettings.Tls(Optional.empty(), Optional.empty())));

            assertRefused(settings, "certif", "--etcd-ca");
        }
    }

    @Test
    void otherReleasesAreRefused() {
        MemberCheck.requireRelease("etcd", "3.4.0");
        MemberCheck.requireRelease("etcd", "3.6.1");
        for (String release : List.of("3.3.27", "2.3.8", "4.0.0", "unknown")) {
            assertThatThrownBy(() -> MemberCheck.requireRelease("etcd at h:1", release))
                    .isInstanceOf(StoreException.Refused.class)
                    .hasMessageContainingAll("etcd at h:1", release, "upgrade");
        }
    }
}
