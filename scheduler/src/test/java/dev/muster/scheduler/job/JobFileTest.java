package dev.muster.scheduler.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobFileTest {

    private static final String FULL = """
            apiVersion: muster.dev/v1alpha1
            kind: TrainingJob
            metadata: {name: llama-70b, namespace: research}
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
              restart: {maxRestarts: 7, maxInfrastructureRestarts: 70, fuse: {failures: 4, within: 9m}, hangAfter: 8m, startWithin: 7m, isolationTimeout: 2m}
              template:
                image: registry.example/llama:1
                command: [python3, train.py]
                workingDirectory: /workspace
                env: {NCCL_DEBUG: WARN}
                volumes: [{name: data, hostPath: {path: /data}}]
                volumeMounts: [{name: data, mountPath: /data}]
                podSecurityContext: {runAsUser: 1000}
                imagePullPolicy: Always""";

    private static final String LEAST = """
            apiVersion: muster.dev/v1alpha1
            kind: TrainingJob
            metadata: {name: small}
            spec:
              gang: {hosts: 1, perHost: {cpus: 0.5}}
              template: {command: ["true"]}""";

    private static List<String> problems(String text) {
        Reading<JobSpec> reading = JobFile.read(text);
        assertThat(reading.value()).isEmpty();
        return reading.violations().stream().map(Violation::toString).toList();
    }

    @Test
    void everyFieldOfTheContractIsRead() {
        JobSpec expected = new JobSpec(
                new JobKey("research", "llama-70b"),
                "research",
                100,
                new GangSpec(
                        64,
                        48,
                        2,
                        ResourceVector.of(8, 96_000, 1500L << 30),
                        Optional.of("nvidia-h100"),
                        ProcessLayout.PER_HOST),
                new TopologySpec(
                        Optional.of("block"),
                        Optional.of("rack"),
                        List.of(new SliceSpec(16, "block"), new SliceSpec(4, "rack")),
                        Spread.BALANCED),
                Optional.of(Duration.ofDays(3)),
                false,
                Duration.ofMinutes(10),
                Optional.of(new CheckpointSpec("/ckpt/llama", Optional.of("SIGUSR1"), Duration.ofMinutes(2))),
                new RestartSpec(
                        7,
                        70,
                        new RestartSpec.Fuse(4, Duration.ofMinutes(9)),
                        Duration.ofMinutes(8),
                        Duration.ofMinutes(7),
                        Optional.of(Duration.ofMinutes(2))),
                new TemplateSpec(
                        Optional.of("registry.example/llama:1"),
                        List.of("python3", "train.py"),
                        Optional.of("/workspace"),
                        new TreeMap<>(Map.of("NCCL_DEBUG", "WARN")),
                        Optional.of("{\"volumes\":[{\"name\":\"data\",\"hostPath\":{\"path\":\"/data\"}}],"
                                + "\"volumeMounts\":[{\"name\":\"data\",\"mountPath\":\"/data\"}],"
                                + "\"podSecurityContext\":{\"runAsUser\":1000},\"imagePullPolicy\":\"Always\"}")));
        Reading<JobSpec> reading = JobFile.read(FULL);
        assertThat(reading.violations()).isEmpty();
        assertThat(reading.value()).contains(expected);
    }

    @Test
    void whatIsLeftOutHasItsDefault() {
        JobSpec job = JobFile.read(LEAST).value().orElseThrow();
        assertThat(job.key()).hasToString("default/small");
        assertThat(job.queue()).isEqualTo("default");
        assertThat(job.priority()).isZero();
        assertThat(job.gang())
                .isEqualTo(new GangSpec(
                        1, 1, 0, ResourceVector.of(0, 500, 0), Optional.empty(), ProcessLayout.PER_ACCELERATOR));
        assertThat(job.gang().ranksPerHost()).isEqualTo(1);
        assertThat(job.topology()).isEqualTo(TopologySpec.ANYWHERE);
        assertThat(job.walltime()).isEmpty();
        assertThat(job.preemptible()).isTrue();
        assertThat(job.minRuntime()).isZero();
        assertThat(job.checkpoint()).isEmpty();
        assertThat(job.restart()).isEqualTo(RestartSpec.DEFAULT);
        assertThat(job.template()).isEqualTo(TemplateSpec.ofCommand(List.of("true"), Map.of()));
    }

    @Test
    void anUnknownFieldNamesItsLineAndTheNearestKnownOne() {
        assertThat(problems(FULL.replace("minHosts", "minHost")))
                .containsExactly("line 9: spec.gang.minHost: unknown field; did you mean minHosts?");
        assertThat(problems(LEAST + "\n  xyzzy: 1"))
                .singleElement()
                .asString()
                .startsWith("line 7: spec.xyzzy: unknown field; known here: queue, priority, gang, topology");
        assertThat(problems(FULL.replace("acceleratorType", "type")))
                .containsExactly(
                        "line 11: spec.gang.perHost.type: unknown field; known here: accelerators, cpus, memory,"
                                + " acceleratorType");
    }

    @Test
    void allProblemsAreReportedAtOnce() {
        String broken = FULL.replace("priority: 100", "priority: high")
                .replace("hosts: 64", "hosts: 0")
                .replace("72h", "3 days")
                .replace("SIGUSR1", "SIGKILL")
                .replace("NCCL_DEBUG: WARN", "RANK: \"1\"");
        assertThat(problems(broken))
                .containsExactlyInAnyOrder(
                        "line 6: spec.priority: expected a whole number, found the text \"high\"",
                        "line 8: spec.gang.hosts: is 0; give a whole number from 1 to 1048576",
                        "line 18: spec.walltime: expected a duration such as 90s, 10m or 1h30m, found the text \"3 days\"",
                        "line 21: spec.checkpoint.signal: is \"SIGKILL\"; use one of SIGALRM, SIGCONT, SIGHUP, SIGINT,"
                                + " SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2",
                        "line 27: spec.template.env.RANK: is set by Muster for each process; remove it");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name: llama-70b         | name: Llama_70b | line 3: metadata.name: is \"Llama_70b\"",
                "name: llama-70b         | name: 70        | line 3: metadata.name: expected text, found the number 70; put",
                "kind: TrainingJob       | kind: Job       | line 2: kind: is \"Job\"; expected TrainingJob",
                "muster.dev/v1alpha1     | v1              | line 1: apiVersion: is \"v1\"; expected muster.dev/v1alpha1",
                "minHosts: 48            | minHosts: 65    | line 9: spec.gang.minHosts: is 65; it goes from 1 to the hosts, 64",
                "spares: 2               | spares: -1      | line 10: spec.gang.spares: is -1",
                "spares: 2               | spares: many    | line 10: spec.gang.spares: expected a whole number",
                "hosts: 64               | hosts: 99999999999999999999 | line 8: spec.gang.hosts: is 99999999999999999999",
                "hosts: 64               | hosts: 64.5     | line 8: spec.gang.hosts: expected a whole number, found the number 64.5",
                "hosts: 64               | hosts: \"64\"   | line 8: spec.gang.hosts: expected a whole number, found the text \"64\"; remove",
                "memory: 1500Gi          | memory: 1500GiB | line 11: spec.gang.perHost.memory: expected an amount of memory",
                "memory: 1500Gi          | memory: 1000Pi  | line 11: spec.gang.perHost.memory: is too large: the whole gang",
                "cpus: 96                | cpus: -1        | line 11: spec.gang.perHost.cpus: expected an amount of cpus",
                "accelerators: 8         | accelerators: 0 | line 11: spec.gang.perHost.acceleratorType: is given without",
                "processes: per-host     | processes: one  | line 12: spec.gang.processes: expected one of per-accelerator,",
                "{hosts: 16, within      | {hosts: 15, within | line 16: spec.topology.slices[0].hosts: is 15; it must divide 64",
                "{hosts: 4, within       | {hosts: 5, within | line 16: spec.topology.slices[1].hosts: is 5; it must divide 16",
                "walltime: 72h           | walltime: 0s    | line 18: spec.walltime: is 0s; give a longer time",
                "preemptible: false      | preemptible: no | line 19: spec.preemptible: expected true or false, found the text",
                "directory: /ckpt/llama  | directory: \" \" | line 21: spec.checkpoint.directory: is empty",
                "failures: 4             | failures: 0     | line 22: spec.restart.fuse.failures: is 0",
                "Restarts: 70            | Restarts: -1    | line 22: spec.restart.maxInfrastructureRestarts: is -1",
                "command: [python3, train.py] | command: [] | line 25: spec.template.command: is empty",
                "command: [python3, train.py] | command: train | line 25: spec.template.command: expected a list, found the text",
                "command: [python3, train.py] | command: [train, 3] | line 25: spec.template.command[1]: expected text, found the number 3",
                "{NCCL_DEBUG: WARN}      | {NCCL_DEBUG: 1} | line 27: spec.template.env.NCCL_DEBUG: expected text, found the number 1",
                "{NCCL_DEBUG: WARN}      | {MUSTER_JOB: x} | line 27: spec.template.env.MUSTER_JOB: is set by Muster",
                "{NCCL_DEBUG: WARN}      | {a-b: x}        | line 27: spec.template.env.a-b: is no name of an environment",
                "volumes: [{name         | volumes: {a: {name | line 28",
                "[{name: data, hostPath: {path: /data}}] | all | line 28: spec.template.volumes: expected a list, found the text",
                "volumes: [{name: data,  | volumes: [{      | line 28: spec.template.volumes[0].name: is missing",
                "[{name: data, mountPath | [{name: date, mountPath | line 29: spec.template.volumeMounts[0].name: is \"date\", which is none of the volumes",
                "mountPath: /data        | path: /data      | line 29: spec.template.volumeMounts[0].mountPath: is missing",
                "{runAsUser: 1000}       | 1000             | line 30: spec.template.podSecurityContext: expected a mapping",
                "imagePullPolicy: Always | imagePullPolicy: Sometimes | line 31: spec.template.imagePullPolicy: expected one of Always,",
                "imagePullPolicy: Always | serviceAccountName: A_b | line 31: spec.template.serviceAccountName: is \"A_b\"",
                "imagePullPolicy: Always | imagePullSecrets: [{nam: x}] | line 31: spec.template.imagePullSecrets[0].name: is missing",
                "imagePullPolicy: Always | nodeSelector: {a: b} | line 31: spec.template.nodeSelector: unknown field"
            })
    void aWrongValueIsNamedWithItsLine(String right, String wrong, String message) {
        assertThat(FULL).contains(right);
        assertThat(problems(FULL.replace(right, wrong))).first().asString().startsWith(message);
    }

    @Test
    void aMissingPartIsNamedWithAnExample() {
        assertThat(problems("apiVersion: muster.dev/v1alpha1\nkind: TrainingJob\n"))
                .containsExactly(
                        "line 1: metadata: is missing; add it, for example metadata: {name: my-job}",
                        "line 1: spec: is missing; add it, for example spec: {gang: {hosts: 1, perHost: {cpus: 1}},"
                                + " template: {command: [python3, train.py]}}");
        assertThat(problems(LEAST.replace("hosts: 1, ", "")))
                .singleElement()
                .asString()
                .contains("spec.gang.hosts: is missing");
        assertThat(problems(LEAST.replace("{cpus: 0.5}", "{}")))
                .containsExactly("line 5: spec.gang.perHost: asks for nothing; name accelerators, cpus or memory");
        assertThat(problems("[]")).containsExactly("line 1: expected a mapping (name: value), found a list");
        assertThat(problems("just text")).singleElement().asString().contains("found the text \"just text\"");
    }

    @Test
    void aFileWithoutEndIsRefused() {
        assertThat(problems("x".repeat(10 << 20)))
                .containsExactly("line 1: the file has 10485760 bytes; at most 1048576 are read");
    }

    @Test
    void manyProblemsAreCutShort() {
        StringBuilder many = new StringBuilder(LEAST).append('\n');
        for (int i = 0; i < 500; i++) {
            many.append("  u").append(i).append(": 1\n");
        }
        assertThat(problems(many.toString())).hasSize(101).last().asString().contains("and 400 more problems");
    }

    @Test
    void whateverIsMutatedReadingEndsWithAJobOrViolations() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(11);
        String alphabet = "ab:-[]{}#&*!|>'\" \n019.~é";
        for (int round = 0; round < 3_000; round++) {
            StringBuilder text = new StringBuilder(FULL);
            for (int edits = random.nextInt(1, 4); edits > 0; edits--) {
                int at = random.nextInt(text.length());
                text.setCharAt(at, alphabet.charAt(random.nextInt(alphabet.length())));
            }
            Reading<JobSpec> reading = JobFile.read(text.toString());
            assertThat(reading.isSound()).isEqualTo(reading.value().isPresent());
            assertThat(reading.violations()).allSatisfy(violation -> {
                assertThat(violation.toString()).doesNotContain("\n");
                assertThat(violation.line()).isNotEqualTo(OptionalInt.empty());
            });
        }
    }

    @ParameterizedTest
    @CsvSource({
        "72h, 259200000",
        "10m, 600000",
        "120s, 120000",
        "500ms, 500",
        "1h30m, 5400000",
        "1h1ms, 3600001",
        "0s, 0"
    })
    void durationsAreReadAndWrittenTheSameWay(String text, long millis) {
        assertThat(Quantity.duration(text)).contains(Duration.ofMillis(millis));
        assertThat(Quantity.duration(Quantity.text(Duration.ofMillis(millis)))).contains(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @CsvSource({"''", "h", "10", "-1s", "1s1m", "1.5h", "1d", "99999999999999999999h", "1 h", "1H"})
    void whatIsNoDurationIsNone(String text) {
        assertThat(Quantity.duration(text)).isEmpty();
    }

    @Test
    void amountsAreExact() {
        assertThat(Quantity.memoryBytes("1500Gi")).contains(1500L << 30);
        assertThat(Quantity.memoryBytes("1.5Ti")).contains(3L << 39);
        assertThat(Quantity.memoryBytes("2G")).contains(2_000_000_000L);
        assertThat(Quantity.memoryBytes("0.3")).isEmpty();
        assertThat(Quantity.memoryBytes("99999999Pi")).isEmpty();
        assertThat(Quantity.cpuMillis("96")).contains(96_000L);
        assertThat(Quantity.cpuMillis("0.5")).contains(500L);
        assertThat(Quantity.cpuMillis("500m")).contains(500L);
        assertThat(Quantity.cpuMillis("0.0001")).isEmpty();
    }
}
