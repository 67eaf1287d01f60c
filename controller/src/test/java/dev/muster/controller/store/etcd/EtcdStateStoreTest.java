package dev.muster.controller.store.etcd;

import dev.muster.controller.store.StateStore;
import dev.muster.controller.store.StateStoreContract;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract, on a real etcd that the tests of this class share. */
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
        return EtcdStateStore.open(EtcdSettings.of(etcd.endpoints()), System::nanoTime);
    }

    /** etcd's own clock, which nobody can wind on. */
    @Override
    protected void pass(Duration time) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(time.toNanos());
    }
}
