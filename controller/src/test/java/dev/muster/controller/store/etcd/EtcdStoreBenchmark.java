package dev.muster.controller.store.etcd;

import dev.muster.controller.codec.ProtobufFormat;
import dev.muster.controller.codec.RandomRecords;
import dev.muster.controller.model.ClusterModel;
import dev.muster.controller.model.ModelLoader;
import dev.muster.controller.model.StoreKeys;
import dev.muster.controller.state.JobLifecycle;
import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.NodeRecord;
import dev.muster.controller.store.Page;
import dev.muster.controller.store.StateStore;
import dev.muster.controller.store.StoreWrite;
import dev.muster.controller.store.StoreWrite.Put;
import dev.muster.controller.store.Transaction;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Measures commits, listing, and the start of a controller on real etcd; run by hand: {@code EtcdStoreBenchmark MEMBERS}. */
final class EtcdStoreBenchmark {

    private static final int VALUE_BYTES = 300;
    private static final int KEYS = 10_000;
    private static final int LISTED = 100_000;
    private static final int NODES = 5_000;
    private static final int JOBS = 100_000;

    private EtcdStoreBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        try (EtcdServer etcd = EtcdServer.start(Integer.parseInt(arguments[0]));
                EtcdStateStore store = EtcdStateStore.open(EtcdSettings.of(etcd.endpoints()), System::nanoTime)) {
            measure(store, 1_000, 64);
            measure(store, 2_000, 1);
            measure(store, 50_000, 64);
            fill(store, LISTED);
            long began = System.nanoTime();
            System.out.printf("listed %d keys in %d ms%n", list(store, "/muster/v1/listed/"), millisSince(began));
            load(store);
        }
    }

    private static void measure(StateStore store, int commits, int inFlightBound) throws Exception {
        long[] micros = new long[commits];
        ArrayDeque<CompletableFuture<?>> inFlight = new ArrayDeque<>();
        long began = System.nanoTime();
        for (int i = 0; i < commits; i++) {
            int number = i;
            long sent = System.nanoTime();
            String key = "/muster/v1/benchmark/" + (i * 7_919L) % KEYS;
            inFlight.add(store.commit(Transaction.of(new Put(key, new byte[VALUE_BYTES])))
                    .thenAccept(done -> micros[number] = (System.nanoTime() - sent) / 1_000));
            if (inFlight.size() == inFlightBound) {
                inFlight.remove().get();
            }
        }
        for (CompletableFuture<?> rest : inFlight) {
            rest.get();
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        Arrays.sort(micros);
        System.out.printf(
                "%7d commits, %4d in flight: %8.0f/s, median %6d us, p99 %6d us%n",
                commits, inFlightBound, commits / seconds, micros[commits / 2], micros[commits / 100 * 99]);
    }

    private static void fill(StateStore store, int count) throws Exception {
        List<StoreWrite> writes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            writes.add(new Put("/muster/v1/listed/%08d".formatted(i), new byte[VALUE_BYTES]));
        }
        writeAll(store, writes);
    }

    private static void writeAll(StateStore store, List<StoreWrite> writes) throws Exception {
        for (int from = 0; from < writes.size(); from += 100) {
            List<StoreWrite> some = writes.subList(from, Math.min(writes.size(), from + 100));
            store.commit(new Transaction(List.of(), some)).get();
        }
    }

    private static int list(StateStore store, String prefix) throws Exception {
        int count = 0;
        Optional<String> after = Optional.empty();
        Page page;
        do {
            page = store.list(prefix, after, StateStore.MAX_PAGE_ENTRIES).get();
            count += page.entries().size();
            after = Optional.of(page.entries().get(page.entries().size() - 1).key());
        } while (page.more());
        return count;
    }

    private static void load(StateStore store) throws Exception {
        ProtobufFormat format = new ProtobufFormat();
        RandomRecords random = new RandomRecords(1);
        List<StoreWrite> writes = new ArrayList<>();
        long bytes = 0;
        for (int i = 0; i < JOBS; i++) {
            JobRecord job = JobLifecycle.submitted("u" + i, "s" + i, random.spec(), false, Instant.EPOCH)
                    .record();
            writes.add(new Put(StoreKeys.job(job.key()), format.encode(job)));
        }
        for (int i = 0; i < NODES; i++) {
            NodeRecord node = random.node();
            writes.add(new Put(StoreKeys.node(node.name()), format.encode(node)));
        }
        for (StoreWrite write : writes) {
            bytes += write.bytes();
        }
        writeAll(store, writes);
        long began = System.nanoTime();
        ClusterModel model = new ClusterModel();
        new ModelLoader(store, format, model).load();
        System.out.printf(
                "loaded %d nodes and %d jobs, %d MB, in %d ms%n", NODES, JOBS, bytes / 1_000_000, millisSince(began));
    }

    private static long millisSince(long began) {
        return (System.nanoTime() - began) / 1_000_000;
    }
}
