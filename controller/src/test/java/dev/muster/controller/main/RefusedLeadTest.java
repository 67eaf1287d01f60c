package dev.muster.controller.main;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.controller.codec.ProtobufFormat;
import dev.muster.controller.model.StoreKeys;
import dev.muster.controller.state.NodeRecord;
import dev.muster.controller.store.StoreWrite.Put;
import dev.muster.controller.store.Transaction;
import dev.muster.controller.store.etcd.EtcdServer;
import dev.muster.controller.store.etcd.EtcdSettings;
import dev.muster.controller.store.etcd.EtcdStateStore;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A real controller that is elected and cannot work with what is stored: one line, and the lead is handed over in order. */
@Timeout(120)
class RefusedLeadTest {

    private record End(int exitCode, List<String> said) {}

    private static End lead(StoreWrites stored) throws Exception {
        try (EtcdServer etcd = EtcdServer.start(1)) {
            try (EtcdStateStore store = EtcdStateStore.open(EtcdSettings.of(etcd.endpoints()), System::nanoTime)) {
                store.commit(Transaction.of(stored.put())).get(10, TimeUnit.SECONDS);
            }
            Process controller = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            ControllerMain.class.getName(),
                            "--store",
                            "etcd://" + String.join(",", etcd.endpoints()),
                            "--port",
                            "0",
                            "--http-port",
                            "0")
                    .redirectErrorStream(true)
                    .start();
            try {
                String said = new String(controller.getInputStream().readAllBytes(), UTF_8);
                assertThat(controller.waitFor(10, TimeUnit.SECONDS)).isTrue();
                return new End(controller.exitValue(), said.lines().toList());
            } finally {
                controller.destroyForcibly();
            }
        }
    }

    /** What is stored before the controller starts. */
    private interface StoreWrites {
        Put put();
    }

    @Test
    void aClusterFileThatDoesNotGoWithTheStore() throws Exception {
        NodeRecord host = ClusterMismatchTest.host("b1", "r1");

        End end = lead(() -> new Put(StoreKeys.node("n1"), new ProtobufFormat().encode(host)));

        assertThat(end.exitCode()).isEqualTo(2);
        assertOneLine(end, "muster-controller: host n1 is stored with the path \"b1/r1\"");
    }

    @Test
    void aRecordThatCannotBeRead() throws Exception {
        End end = lead(() -> new Put("/muster/v1/jobs/default/x", new byte[] {1, 2, 3}));

        assertThat(end.exitCode()).isEqualTo(1);
        assertOneLine(end, "muster-controller: record /muster/v1/jobs/default/x cannot be read");
    }

    private static void assertOneLine(End end, String beginning) {
        assertThat(end.said()).filteredOn(line -> line.startsWith(beginning)).hasSize(1);
        assertThat(end.said()).noneMatch(line -> line.startsWith("    at ") || line.startsWith("\tat "));
        assertThat(end.said())
                .as("the log stays open to the end")
                .anyMatch(line -> line.endsWith("Controller: stopping"));
    }
}
