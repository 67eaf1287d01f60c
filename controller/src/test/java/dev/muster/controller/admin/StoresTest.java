package dev.muster.controller.admin;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.controller.config.ConfigProblem;
import dev.muster.controller.config.EtcdOptions;
import dev.muster.controller.config.StoreAddress;
import dev.muster.controller.model.StoreKeys;
import dev.muster.controller.store.Answers;
import dev.muster.controller.store.CommitResult;
import dev.muster.controller.store.Entry;
import dev.muster.controller.store.StateStore;
import dev.muster.controller.store.StoreException;
import dev.muster.controller.store.StoreWrite.Put;
import dev.muster.controller.store.Transaction;
import dev.muster.controller.store.etcd.EtcdServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Which store a controller works on, and which it leaves alone. */
@Timeout(120)
class StoresTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    private static StateStore lead(StoreAddress address, String... words) throws ConfigProblem {
        return Stores.openToLead(address, access(words), () -> 0);
    }

    private static EtcdOptions access(String... words) {
        EtcdOptions options = new EtcdOptions();
        new CommandLine(options).parseArgs(words);
        return options;
    }

    private static String schemaOf(StateStore store) {
        return new String(
                Answers.await(store.get(StoreKeys.SCHEMA)).orElseThrow().value(), US_ASCII);
    }

    private static void write(StateStore store, String key, String value) {
        CommitResult result = Answers.await(store.commit(Transaction.of(new Put(key, value.getBytes(US_ASCII)))));
        assertThat(result).isInstanceOf(CommitResult.Committed.class);
    }

    @Test
    void theFirstControllerWritesTheSchemaAndAnotherSchemaIsRefusedInADirectory() throws ConfigProblem {
        assertSchemaIsKept(StoreAddress.of(folder.resolve("data").toString()));
    }

    @Test
    void theFirstControllerWritesTheSchemaAndAnotherSchemaIsRefusedInEtcd() throws ConfigProblem {
        try (EtcdServer etcd = EtcdServer.start(1)) {
            assertSchemaIsKept(StoreAddress.of("etcd://" + etcd.endpoints().get(0)));
        }
    }

    private static void assertSchemaIsKept(StoreAddress address) throws ConfigProblem {
        try (StateStore store = lead(address)) {
            assertThat(schemaOf(store)).isEqualTo("1");
        }
        for (String other : List.of("0", "2", "filling")) {
            Entry before;
            try (StateStore store = Stores.openToFill(address, access(), () -> 0)) {
                write(store, StoreKeys.SCHEMA, other);
                before = Answers.await(store.get(StoreKeys.SCHEMA)).orElseThrow();
            }
            assertThatThrownBy(() -> lead(address))
                    .isInstanceOf(StoreException.Corrupt.class)
                    .hasMessageContaining(address.text())
                    .hasMessageContaining(other.equals("filling") ? "empty it and do that again" : "schema " + other)
                    .hasMessageNotContaining("\n");
            try (StateStore store = Stores.openToFill(address, access(), () -> 0)) {
                assertThat(Answers.await(store.get(StoreKeys.SCHEMA))).contains(before);
            }
        }
    }

    @Test
    void aStateFromBeforeThereWasASchemaIsTakenOver() throws ConfigProblem {
        StoreAddress address = StoreAddress.of(folder.resolve("old").toString());
        try (StateStore store = Stores.openToFill(address, access(), () -> 0)) {
            write(store, StoreKeys.node("n1"), "x");
        }
        try (StateStore store = lead(address)) {
            assertThat(schemaOf(store)).isEqualTo("1");
            assertThat(Answers.await(store.get(StoreKeys.node("n1")))).isPresent();
        }
    }

    @Test
    void addressesAreReadAsPeopleWriteThem() throws ConfigProblem {
        assertThat(StoreAddress.of("etcd://a:1,b,[::1]:3"))
                .isEqualTo(new StoreAddress.Etcd(List.of("a:1", "b:2379", "[::1]:3")));
        assertThat(StoreAddress.of("/var/lib/muster"))
                .isEqualTo(new StoreAddress.Directory(Path.of("/var/lib/muster")));
        for (String wrong : List.of("etcd://", "etcd://a,,b", "etcd://a:b", "http://a:1", " ", "etcd://a/b")) {
            assertThatThrownBy(() -> StoreAddress.of(wrong))
                    .isInstanceOf(ConfigProblem.class)
                    .hasMessageContaining("etcd://HOST:PORT");
        }
    }

    @Test
    void mistakesAboutPasswordsAndCertificatesAreNamedWithoutTheSecret() throws IOException {
        StoreAddress etcd = new StoreAddress.Etcd(List.of("127.0.0.1:1"));
        Path empty = Files.createFile(folder.resolve("empty"));
        Path junk = Files.writeString(folder.resolve("junk"), "top-secret");

        assertMistake(etcd, "belong together", "--etcd-user", "root");
        assertMistake(etcd, "belong together", "--etcd-cert", junk.toString());
        assertMistake(etcd, "is empty", "--etcd-user", "root", "--etcd-password-file", empty.toString());
        assertMistake(etcd, "cannot be read", "--etcd-user", "root", "--etcd-password-file", folder + "/none");
        assertMistake(etcd, "cannot be read", "--etcd-ca", folder + "/none");
        assertMistake(etcd, "TLS files", "--etcd-ca", junk.toString());
    }

    private static void assertMistake(StoreAddress address, String words, String... options) {
        assertThatThrownBy(() -> lead(address, options))
                .hasMessageContaining(words)
                .hasMessageNotContaining("top-secret")
                .hasMessageNotContaining("\n");
    }
}
