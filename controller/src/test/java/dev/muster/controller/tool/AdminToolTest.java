package dev.muster.controller.tool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.controller.admin.StoreSchema;
import dev.muster.controller.codec.RandomRecords;
import dev.muster.controller.codec.RecordCodec;
import dev.muster.controller.model.StoreKeys;
import dev.muster.controller.state.JobEvent;
import dev.muster.controller.state.JobLifecycle;
import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.NodeRecord;
import dev.muster.controller.state.PlacementRecord;
import dev.muster.controller.store.Answers;
import dev.muster.controller.store.CommitResult;
import dev.muster.controller.store.Entry;
import dev.muster.controller.store.Page;
import dev.muster.controller.store.StateStore;
import dev.muster.controller.store.StoreWrite.Put;
import dev.muster.controller.store.Transaction;
import dev.muster.controller.store.embedded.EmbeddedSettings;
import dev.muster.controller.store.embedded.EmbeddedStateStore;
import dev.muster.controller.store.etcd.EtcdServer;
import dev.muster.controller.store.etcd.EtcdSettings;
import dev.muster.controller.store.etcd.EtcdStateStore;
import dev.muster.scheduler.job.JobSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code muster admin} on real stores. */
@Timeout(120)
class AdminToolTest {

    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
    private static final int JOBS = 150;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    private final RandomRecords random = new RandomRecords(20261125);
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private String data = "";

    @BeforeEach
    void aDirectoryWithAState() {
        data = folder.resolve("data").toString();
        try (StateStore store = directory("data")) {
            StoreSchema.claim(store, data);
            write(store, StoreKeys.LEADER, "host-1".getBytes(UTF_8));
            for (int i = 0; i < JOBS; i++) {
                JobRecord job = job("u" + i);
                write(store, StoreKeys.job(job.key()), RecordCodec.encode(job));
                JobEvent event = new JobEvent(
                        job.uid(), 1, NOW, "Submitted", JobEvent.Severity.INFO, 0, "submitted to queue \"default\"");
                write(store, StoreKeys.event(job.uid(), 1), RecordCodec.encode(event));
            }
            NodeRecord node = random.node();
            write(store, StoreKeys.node(node.name()), RecordCodec.encode(node));
            write(store, StoreKeys.goodput("research"), RecordCodec.encode(random.goodput()));
        }
    }

    private JobRecord job(String uid) {
        JobSpec spec = random.spec();
        return JobLifecycle.submitted(uid, "s-" + uid, spec, false, NOW).record();
    }

    private EmbeddedStateStore directory(String name) {
        return EmbeddedStateStore.open(folder.resolve(name), EmbeddedSettings.DEFAULT, () -> 0);
    }

    private static void write(StateStore store, String key, byte[] value) {
        CommitResult result = Answers.await(store.commit(Transaction.of(new Put(key, value))));
        assertThat(result).isInstanceOf(CommitResult.Committed.class);
    }

    private int admin(String... words) {
        out.reset();
        err.reset();
        List<String> all = new ArrayList<>(List.of("admin"));
        all.addAll(List.of(words));
        return ControllerTools.run(
                all.toArray(String[]::new),
                new ToolTerminal(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), false, false));
    }

    private String printed() {
        return out.toString(UTF_8);
    }

    private void assertRefused(int exitCode, String... words) {
        assertThat(err.toString(UTF_8)).hasLineCount(1).startsWith("muster: ").contains(words);
        assertThat(exitCode).isNotZero();
    }

    private static SortedMap<String, String> content(StateStore store) {
        SortedMap<String, String> content = new TreeMap<>();
        Optional<String> after = Optional.empty();
        Page page;
        do {
            page = Answers.await(store.list("/muster/v1/", after, 1_000));
            for (Entry entry : page.entries()) {
                content.put(entry.key(), java.util.Base64.getEncoder().encodeToString(entry.value()));
                after = Optional.of(entry.key());
            }
        } while (page.more());
        return content;
    }

    private SortedMap<String, String> contentOf(String name) {
        try (StateStore store = directory(name)) {
            return content(store);
        }
    }

    private SortedMap<String, String> whatIsMoved() {
        SortedMap<String, String> content = contentOf("data");
        content.remove(StoreKeys.LEADER);
        return content;
    }

    @Test
    void dumpPrintsEveryRecordAsALineOfJsonInTheOrderOfKeys() {
        assertThat(admin("dump", "--data", data)).isZero();

        List<String> lines = printed().lines().toList();
        assertThat(lines).hasSize(2 * JOBS + 4);
        List<String> keys = lines.stream().map(line -> line.split("\"", 5)[3]).toList();
        assertThat(keys).isSorted().contains(StoreKeys.SCHEMA, StoreKeys.LEADER, StoreKeys.event("u7", 1));
        assertThat(lines)
                .anyMatch(line -> line.contains("\"kind\":\"event\"") && line.contains("\"type\":\"Submitted\""))
                .anyMatch(line -> line.contains(StoreKeys.goodput("research")) && line.contains("\"record\":{"));

        assertThat(admin("dump", "--store", data, "--prefix", StoreKeys.EVENTS + "u7/"))
                .isZero();
        assertThat(printed()).hasLineCount(1);
    }

    @Test
    void aSoundStateIsCountedAndCalledSound() {
        assertThat(admin("verify", "--data", data)).isZero();
        assertThat(printed()).contains("event", "job", "150", "node", "sound at revision");
    }

    @Test
    void whatDoesNotFitTogetherIsListedLineByLine() {
        PlacementRecord stray = random.placement();
        try (StateStore store = directory("data")) {
            write(store, StoreKeys.node("garbage"), new byte[] {(byte) 0xff, 1, 2});
            write(store, StoreKeys.placement("nobody", 3), RecordCodec.encode(stray));
            write(store, "/muster/v1/else", "x".getBytes(UTF_8));
        }

        int exitCode = admin("verify", "--data", data);

        assertRefused(exitCode, "problems", "listed above");
        assertThat(printed())
                .contains("record /muster/v1/nodes/garbage cannot be read")
                .contains("/muster/v1/placements/nobody/00000003 holds the record of")
                .contains("/muster/v1/else is no record");
    }

    @Test
    void aBackupRestoresTheSameStateIntoAnEmptyStoreOnly() {
        String file = folder.resolve("backup").toString();
        assertThat(admin("backup", "--data", data, "--to", file)).isZero();
        assertThat(printed()).contains("backed up 303 records");
        assertThat(admin("backup", "--data", data, "--to", file)).isEqualTo(2);
        assertRefused(2, "exists already");

        assertThat(admin(
                        "restore",
                        "--from",
                        file,
                        "--data",
                        folder.resolve("new").toString()))
                .isZero();
        assertThat(contentOf("new")).isEqualTo(whatIsMoved());

        SortedMap<String, String> before = contentOf("data");
        assertRefused(admin("restore", "--from", file, "--data", data), "not empty", "nothing was changed");
        assertThat(contentOf("data")).isEqualTo(before);
    }

    @Test
    void aDamagedBackupIsRecognisedBeforeAnythingIsRestored() throws IOException {
        Path file = folder.resolve("backup");
        assertThat(admin("backup", "--data", data, "--to", file.toString())).isZero();
        byte[] whole = Files.readAllBytes(file);
        Path damaged = folder.resolve("damaged");
        // Of the last byte before gzip's own sums some bits mean nothing.
        int meaningless = whole.length - 9;
        List<Integer> places = new ArrayList<>(List.of(whole.length - 1, whole.length - 8));
        for (int place = 12; place < meaningless; place += whole.length / 25) {
            places.add(place);
        }
        for (int place : places) {
            byte[] flipped = whole.clone();
            flipped[place] ^= 0x10;
            Files.write(damaged, flipped);
            assertNothingIsRestored(damaged);
        }
        Files.write(damaged, java.util.Arrays.copyOf(whole, whole.length / 2));
        assertNothingIsRestored(damaged);
        assertRefused(admin("restore", "--from", folder.resolve("none").toString(), "--data", data), "no file");
    }

    private void assertNothingIsRestored(Path file) throws IOException {
        String target = folder.resolve("target").toString();
        assertRefused(admin("restore", "--from", file.toString(), "--data", target), file.toString());
        assertThat(Files.exists(Path.of(target))).isFalse();
    }

    @Test
    void copyMovesTheStateFromADirectoryToEtcdAndBack() {
        try (EtcdServer etcd = EtcdServer.start(1)) {
            String address = "etcd://" + String.join(",", etcd.endpoints());
            assertThat(admin("copy", "--from", data, "--to", address)).isZero();
            assertThat(printed()).startsWith("copied 303 records").contains("to " + address);
            assertThat(admin("verify", "--store", address)).isZero();
            assertRefused(admin("copy", "--from", data, "--to", address), "not empty");

            String back = folder.resolve("back").toString();
            assertThat(admin("copy", "--from", address, "--to", back)).isZero();
            assertThat(contentOf("back")).isEqualTo(whatIsMoved());
        }
    }

    @Test
    void aBackupOfABusyEtcdIsOfOneRevision() throws Exception {
        try (EtcdServer etcd = EtcdServer.start(1);
                EtcdStateStore store = EtcdStateStore.open(EtcdSettings.of(etcd.endpoints()), () -> 0)) {
            String address = "etcd://" + etcd.endpoints().get(0);
            StoreSchema.claim(store, address);
            Thread busy = new Thread(() -> moveTogether(store));
            busy.start();
            for (int round = 0; round < 5; round++) {
                String file = folder.resolve("busy" + round).toString();
                assertThat(admin("backup", "--store", address, "--to", file))
                        .as(err.toString(UTF_8))
                        .isZero();
                String target = "restored" + round;
                assertThat(admin(
                                "restore",
                                "--from",
                                file,
                                "--data",
                                folder.resolve(target).toString()))
                        .isZero();
                SortedMap<String, String> content = contentOf(target);
                assertThat(content.get("/muster/v1/events/a/000000000000"))
                        .as("first and last key are always written together")
                        .isEqualTo(content.get("/muster/v1/nodes/z"));
            }
            busy.interrupt();
            busy.join();
        }
    }

    /** Thousands of keys between two that change together. */
    private static void moveTogether(StateStore store) {
        for (int i = 0; i < 3_000; i++) {
            write(store, StoreKeys.event("b", i), new byte[] {1});
        }
        for (int i = 0; !Thread.currentThread().isInterrupted(); i++) {
            byte[] value = Integer.toString(i).getBytes(UTF_8);
            var unused = Answers.await(store.commit(
                    Transaction.of(new Put(StoreKeys.event("a", 0), value), new Put(StoreKeys.node("z"), value))));
        }
    }

    @Test
    void aStoreOfAnotherSchemaOrHalfFilledIsLeftAlone() {
        for (String schema : List.of("0", "2", "filling")) {
            try (StateStore store = directory("data")) {
                write(store, StoreKeys.SCHEMA, schema.getBytes(UTF_8));
            }
            SortedMap<String, String> before = contentOf("data");
            for (String deed : List.of("dump", "verify")) {
                assertRefused(
                        admin(deed, "--data", data), schema.equals("filling") ? "unfinished" : "has schema " + schema);
            }
            assertThat(contentOf("data")).isEqualTo(before);
        }
    }

    @Test
    void mistakesOnTheCommandLineAreOneLineAndMakeNothing() throws IOException {
        assertRefused(admin(), "nothing to do");
        assertRefused(admin("dump"), "--store");
        assertRefused(admin("dump", "--data", folder.resolve("none").toString()), "there is no store in");
        assertRefused(admin("dump", "--store", "etcd://:1"), "etcd://HOST:PORT");
        assertRefused(admin("dump", "--store", "redis://x"), "redis://x");
        assertRefused(admin("copy", "--from", data, "--to", data), "same store");
        assertRefused(admin("dump", "--data", data, "--prefix", "/else"), "/muster/v1/");
        assertRefused(
                admin("dump", "--store", "etcd://h:1", "--etcd-user", "root"), "--etcd-password-file", "give both");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(Path.of(data));
        }
    }
}
