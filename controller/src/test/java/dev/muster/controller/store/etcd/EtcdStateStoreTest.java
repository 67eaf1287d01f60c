package dev.muster.controller.store.etcd;

import dev.muster.controller.store.StateStore;
import dev.muster.controller.store.StateStoreContract;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * The contract, on a real etcd that the tests of this class share. The store's own clock stands still all the time: leases
 * end by etcd's, whatever a client thinks.
 */
class EtcdStateStoreTest extends StateStoreContract {

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

    @Override
    protected StateStore openStore() {
        etcd.etcdctl("del", "--prefix", "/muster/v1/");
        return EtcdStateStore.open(EtcdSettings.of(etcd.endpoints()), () -> 0);
    }

    /** etcd's own clock, which nobody can wind on. */
    @Override
    protected void pass(Duration time) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(time.toNanos());
    }

    @Override
    protected void forgetHistory() {
        long revision = join(store.list(PREFIX, Optional.empty(), 1)).revision();
        etcd.etcdctl("compact", Long.toString(revision));
    }

    @Override
    protected void disconnect() {
        etcd.member(0).kill();
        etcd.member(0).start();
        etcd.member(0).awaitListening();
    }
}
