package dev.muster.controller.kubernetes.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.controller.kubernetes.testing.ApiServer;
import dev.muster.controller.kubernetes.testing.ApiServerProcess;
import dev.muster.controller.kubernetes.testing.Definitions;
import dev.muster.scheduler.job.JobFile;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What the reader of job files takes the API server takes, and what the one refuses the other refuses; where they differ,
 * the last tests say so.
 */
@ExtendWith(ApiServer.class)
@TestInstance(Lifecycle.PER_CLASS)
class TrainingJobRulesTest {

    private static final Path EXAMPLES = Path.of(System.getProperty("muster.root", ".."), "examples");
    private static final String JOBS = "/apis/muster.dev/v1alpha1/namespaces/default/trainingjobs";
    private static final String DRY = "?dryRun=All&fieldValidation=Strict";
    private static final String ACCEPTED = "";

    private static final String FULL = """
            apiVersion: muster.dev/v1alpha1
            kind: TrainingJob
            metadata: {name: llama-70b, namespace: default}
            spec:
              queue: research
              priority: 100
              gang:
                hosts: 64
                minHosts: 48
                spares: 2
                perHost: {accelerators: 8, acceleratorType: nvidia-h100, cpus: 96, memory: 1500Gi}
                processes: per-host
              topology:
                required: block
                preferred: rack
                slices: [{hosts: 16, within: block}, {hosts: 4, within: rack}]
                spread: balanced
              walltime: 72h
              preemptible: false
              minRuntime: 10m
              checkpoint: {directory: /ckpt/llama, signal: SIGUSR1, grace: 120s}
              restart: {maxRestarts: 7, fuse: {failures: 4, within: 9m}, hangAfter: 8m, startWithin: 7m, isolationTimeout: 2m}
              template:
                image: registry.example/llama:1
                command: [python3, train.py]
                workingDirectory: /workspace
                env: {NCCL_DEBUG: WARN}
                volumes: [{name: data, hostPath: {path: /data}}]
                volumeMounts: [{name: data, mountPath: /data, readOnly: true}]
                tolerations: [{key: special, operator: Exists}]
                securityContext: {runAsNonRoot: true}
                podSecurityContext: {fsGroup: 1000}
                serviceAccountName: trainer
                imagePullSecrets: [{name: registry}]
                imagePullPolicy: Always""";

    private static final List<String> GOOD = List.of(
            "hosts: 64                    | hosts: 1048560",
            "spares: 2                    | spares: auto",
            "spares: 2                    | spares: 0",
            "minHosts: 48                 | minHosts: 64",
            "cpus: 96                     | cpus: 500m",
            "cpus: 96                     | cpus: \"0.5\"",
            "cpus: 96                     | cpus: \"96\"",
            "memory: 1500Gi               | memory: 1.5Ti",
            "memory: 1500Gi               | memory: 1610612736000",
            "memory: 1500Gi               | memory: 2G",
            "{accelerators: 8, acceleratorType: nvidia-h100, cpus: 96, memory: 1500Gi} | {cpus: 1}",
            "processes: per-host          | processes: per-accelerator",
            "[{hosts: 16, within: block}, {hosts: 4, within: rack}] | []",
            "[{hosts: 16, within: block}, {hosts: 4, within: rack}] | [{hosts: 64, within: block}]",
            "spread: balanced             | spread: packed",
            "walltime: 72h                | walltime: 1h30m",
            "walltime: 72h                | walltime: 500ms",
            "walltime: 72h                | walltime: 87600h",
            "minRuntime: 10m              | minRuntime: 0s",
            "grace: 120s                  | grace: 24h",
            "priority: 100                | priority: -1000000",
            "maxRestarts: 7               | maxRestarts: 0",
            "directory: /ckpt/llama       | directory: ckpt",
            "workingDirectory: /workspace | workingDirectory: work",
            "{NCCL_DEBUG: WARN}           | {A: \"\", _b: \"1\", RANKS: x}",
            "{NCCL_DEBUG: WARN}           | {}",
            "imagePullPolicy: Always      | imagePullPolicy: Never",
            "name: llama-70b              | name: a");

    private static final List<String> BAD = List.of(
            "name: llama-70b              | name: Llama_70b",
            "name: llama-70b              | name: a.b",
            "name: llama-70b              | name: " + "a".repeat(64),
            "queue: research              | queue: Research",
            "queue: research              | queue: \"\"",
            "priority: 100                | priority: 1000001",
            "priority: 100                | priority: \"5\"",
            "hosts: 64                    | hosts: 0",
            "hosts: 64                    | hosts: 1048577",
            "hosts: 64                    | hosts: 64.5",
            "hosts: 64                    | hosts: \"64\"",
            "    hosts: 64\n              | \n",
            "minHosts: 48                 | minHosts: 65",
            "minHosts: 48                 | minHosts: 0",
            "spares: 2                    | spares: -1",
            "spares: 2                    | spares: many",
            "spares: 2                    | spares: \"2\"",
            "spares: 2                    | spares: 1048576",
            "{accelerators: 8, acceleratorType: nvidia-h100, cpus: 96, memory: 1500Gi} | {}",
            "{accelerators: 8, acceleratorType: nvidia-h100, cpus: 96, memory: 1500Gi} | {cpus: 0, memory: \"0.0\"}",
            "accelerators: 8              | accelerators: 0",
            "accelerators: 8              | accelerators: 1025",
            "accelerators: 8              | accelerators: -1",
            "nvidia-h100                  | \"nvidia h100\"",
            "cpus: 96                     | cpus: -1",
            "cpus: 96                     | cpus: 96x",
            "cpus: 96                     | cpus: \"0.0001\"",
            "memory: 1500Gi               | memory: 1500GiB",
            "memory: 1500Gi               | memory: 0.3Ki",
            "memory: 1500Gi               | memory: 99999999Pi",
            "memory: 1500Gi               | memory: -1",
            "processes: per-host          | processes: one",
            "hosts: 64\n    minHosts: 48\n    spares: 2\n    perHost: {accelerators: 8, acceleratorType: nvidia-h100,"
                    + " cpus: 96, memory: 1500Gi}\n    processes: per-host"
                    + " | hosts: 32768\n    perHost: {accelerators: 1024}",
            "required: block              | required: Block",
            "within: block                | within: \"\"",
            "{hosts: 16, within           | {hosts: 15, within",
            "{hosts: 16, within           | {hosts: 128, within",
            "{hosts: 4, within            | {hosts: 5, within",
            "{hosts: 4, within            | {within",
            "[{hosts: 16, within: block}, | [" + "{hosts: 64, within: block}, ".repeat(8),
            "spread: balanced             | spread: even",
            "walltime: 72h                | walltime: 0s",
            "walltime: 72h                | walltime: 3d",
            "walltime: 72h                | walltime: 90",
            "walltime: 72h                | walltime: 87601h",
            "walltime: 72h                | walltime: 1m1h",
            "minRuntime: 10m              | minRuntime: 99999999999h",
            "preemptible: false           | preemptible: \"no\"",
            "directory: /ckpt/llama       | directory: \" \"",
            "directory: /ckpt/llama       | directory: \"/a\\tb\"",
            "{directory: /ckpt/llama,     | {",
            "signal: SIGUSR1              | signal: SIGKILL",
            "grace: 120s                  | grace: 25h",
            "maxRestarts: 7               | maxRestarts: -1",
            "failures: 4                  | failures: 0",
            "within: 9m                   | within: 0s",
            "hangAfter: 8m                | hangAfter: 0s",
            "startWithin: 7m              | startWithin: 0ms",
            "isolationTimeout: 2m         | isolationTimeout: 25h",
            "image: registry.example/llama:1 | image: \" \"",
            "command: [python3, train.py] | command: []",
            "command: [python3, train.py] | command: [\" \", a]",
            "command: [python3, train.py] | command: train",
            "command: [python3, train.py] | command: [train, 3]",
            "command: [python3, train.py] | command: [train, \"a\\0b\"]",
            "command: [python3, train.py] | command: [" + "a, ".repeat(4_096) + "a]",
            "    command: [python3, train.py]\n | \n",
            "workingDirectory: /workspace | workingDirectory: \"\"",
            "{NCCL_DEBUG: WARN}           | {NCCL_DEBUG: 1}",
            "{NCCL_DEBUG: WARN}           | {MUSTER_JOB: x}",
            "{NCCL_DEBUG: WARN}           | {RANK: \"3\"}",
            "{NCCL_DEBUG: WARN}           | {a-b: x}",
            "{NCCL_DEBUG: WARN}           | {a: \"x\\0\"}",
            "volumes: [{name: data, hostPath: {path: /data}}] | volumes: []",
            "volumes: [{name: data,       | volumes: [{name: data}, {name: data,",
            "volumes: [{name: data,       | volumes: [{",
            "[{name: data, mountPath: /data | [{name: date, mountPath: /data",
            "mountPath: /data             | path: /data",
            "{fsGroup: 1000}              | 1000",
            "{runAsNonRoot: true}         | [true]",
            "[{key: special, operator: Exists}] | {key: special}",
            "serviceAccountName: trainer  | serviceAccountName: Train_er",
            "[{name: registry}]           | [{nam: registry}]",
            "imagePullPolicy: Always      | imagePullPolicy: Sometimes",
            "imagePullPolicy: Always      | nodeSelector: {a: b}",
            "  queue: research            |   que: research");

    private final KubernetesClient client;

    TrainingJobRulesTest(ApiServerProcess server) {
        client = server.client();
    }

    @BeforeAll
    void install() {
        Definitions.install(client);
    }

    @AfterAll
    void close() {
        client.close();
    }

    /** The whole file with one part replaced. */
    private static String changed(String line) {
        int bar = line.indexOf('|');
        String right = line.substring(0, bar).stripTrailing();
        String wrong = line.substring(bar + 1).replaceFirst("^ ", "");
        assertThat(FULL).contains(right);
        return FULL.replace(right, wrong);
    }

    private static String fileSays(String text) {
        return JobFile.read(text).violations().stream()
                .findFirst()
                .map(Object::toString)
                .orElse(ACCEPTED);
    }

    private String serverSays(String text) {
        try {
            client.raw(JOBS + DRY, "POST", Serialization.unmarshal(text, JsonNode.class));
            return ACCEPTED;
        } catch (KubernetesClientException refused) {
            assertThat(refused.getCode()).as(refused.getMessage()).isIn(400, 422);
            return String.valueOf(refused.getMessage());
        }
    }

    @Test
    void bothTakeEveryExample() throws IOException {
        try (Stream<Path> folders = Files.list(EXAMPLES)) {
            List<Path> jobs = folders.map(folder -> folder.resolve("job.yaml"))
                    .filter(Files::exists)
                    .toList();
            assertThat(jobs).hasSizeGreaterThan(3);
            for (Path job : jobs) {
                String text = Files.readString(job);
                assertThat(fileSays(text)).as("%s", job).isEqualTo(ACCEPTED);
                assertThat(serverSays(text)).as("%s", job).isEqualTo(ACCEPTED);
            }
        }
    }

    @Test
    void bothTakeWhatIsGood() {
        SoftAssertions all = new SoftAssertions();
        all.assertThat(fileSays(FULL)).isEqualTo(ACCEPTED);
        all.assertThat(serverSays(FULL)).isEqualTo(ACCEPTED);
        for (String line : GOOD) {
            all.assertThat(fileSays(changed(line))).as("the file: %s", line).isEqualTo(ACCEPTED);
            all.assertThat(serverSays(changed(line))).as("the server: %s", line).isEqualTo(ACCEPTED);
        }
        all.assertAll();
    }

    @Test
    void bothRefuseWhatIsBad() {
        SoftAssertions all = new SoftAssertions();
        for (String line : BAD) {
            String shown = line.substring(0, Math.min(line.length(), 120));
            all.assertThat(fileSays(changed(line))).as("the file: %s", shown).isNotEqualTo(ACCEPTED);
            all.assertThat(serverSays(changed(line)))
                    .as("the server: %s", shown)
                    .isNotEqualTo(ACCEPTED);
        }
        all.assertAll();
    }

    @Test
    void aSpecIsNotChangedAndItsStatusIsAnotherDoor() {
        String job = FULL.replace("llama-70b", "fixed");
        client.raw(JOBS, "POST", Serialization.unmarshal(job, JsonNode.class));
        TrainingJob made = client.resources(TrainingJob.class)
                .inNamespace("default")
                .withName("fixed")
                .get();
        try {
            assertThatThrownBy(() -> patch("fixed", "{\"spec\":{\"priority\":3}}"))
                    .hasMessageContaining("a job is not changed once it is there");
            assertThatThrownBy(() -> patch(
                            "fixed",
                            "{\"spec\":{\"template\":{\"volumes\":[{\"name\":\"data\","
                                    + "\"hostPath\":{\"path\":\"/other\"}}]}}}"))
                    .hasMessageContaining("a job is not changed once it is there");
            assertThat(patch("fixed", "{\"metadata\":{\"labels\":{\"a\":\"b\"}},\"status\":{\"state\":\"MINE\"}}")
                            .getStatus())
                    .isNull();
            assertThat(made.getSpec().template().volumes()).hasSize(1);
        } finally {
            client.resource(made).delete();
        }
    }

    private TrainingJob patch(String name, String patch) {
        return client.resources(TrainingJob.class)
                .inNamespace("default")
                .withName(name)
                .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
    }

    // ---- where the two differ

    /** A number or a text has no point in the API server's eyes; kubectl's users write it in quotes. */
    @Test
    void onlyAFileTakesCpusWithAPointWithoutQuotes() {
        String text = changed("cpus: 96 | cpus: 0.5");
        assertThat(fileSays(text)).isEqualTo(ACCEPTED);
        assertThat(serverSays(text)).contains("cpus");
    }

    /** Sums over a whole job are beyond what rules may cost; the controller refuses these, with the reader's words. */
    @Test
    void onlyTheReaderAddsUp() {
        for (String line : List.of(
                "memory: 1500Gi | memory: 1000Pi",
                "command: [python3, train.py] | command: [a" + (", " + "a".repeat(100_000)).repeat(3) + "]",
                "{path: /data} | {path: " + "a".repeat(70_000) + "}")) {
            assertThat(fileSays(changed(line))).isNotEqualTo(ACCEPTED);
            assertThat(serverSays(changed(line))).isEqualTo(ACCEPTED);
        }
    }

    /** Whoever turns field validation off has unknown fields dropped, which kubectl does only when told to. */
    @Test
    void aClientThatWantsNoFieldValidationLosesUnknownFields() {
        String text = changed("  queue: research |   que: research");
        JsonNode made = Serialization.unmarshal(
                client.raw(
                        JOBS + "?dryRun=All&fieldValidation=Ignore",
                        "POST",
                        Serialization.unmarshal(text, JsonNode.class)),
                JsonNode.class);
        assertThat(made.at("/spec/que").isMissingNode()).isTrue();
        assertThat(made.at("/spec/queue").asText()).isEqualTo("default");
    }
}
