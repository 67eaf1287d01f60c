package dev.muster.agent.main;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.muster.agent.session.FakeController;
import dev.muster.proto.v1.DeviceReading;
import dev.muster.proto.v1.HealthEvent;
import dev.muster.proto.v1.HealthSeverity;
import dev.muster.proto.v1.RankState;
import dev.muster.proto.v1.Register;
import dev.muster.proto.v1.RunPhase;
import dev.muster.proto.v1.StartRun;
import dev.muster.proto.v1.StopRun;
import dev.muster.proto.v1.TemplateSpec;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole agents as operating system processes, with real ranks, against a controller on loopback. */
class AgentLifeTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** Ignores TERM, and leaves a daemon that forked twice into a session of its own and ignores TERM too. */
    private static final String STUBBORN = "trap '' TERM; "
            + "( setsid sh -c 'trap \"\" TERM; echo $$ > \"$PIDS/daemon\"; while :; do sleep 1; done' & ) ; "
            + "echo $$ > \"$PIDS/rank-$RANK\"; while :; do sleep 1; done";

    @TempDir
    Path directory;

    @Test
    void aKilledAgentTakesItsRanksAndTheirDaemonsWithIt() throws Exception {
        try (FakeController controller = FakeController.start();
                AgentProcess agent = agent(controller)) {
            run(controller, 1, STUBBORN);
            List<Long> processes = processes("rank-0", "rank-1", "daemon");
            assertThat(processes).allMatch(AgentLifeTest::lives);

            agent.kill9();

            await().atMost(LIMIT).until(() -> processes.stream().noneMatch(AgentLifeTest::lives));
        }
    }

    @Test
    void aRestartedAgentKillsWhatItsFormerLifeLeftBeforeItRegisters() throws Exception {
        try (FakeController controller = FakeController.start()) {
            List<Long> processes;
            try (AgentProcess agent = agent(controller)) {
                run(controller, 1, STUBBORN);
                processes = processes("rank-0", "rank-1", "daemon");
                // Whatever could end the ranks in time is stopped in its tracks: only the new life is left to do it.
                watchers().forEach(watcher -> signal("KILL", watcher));
                agent.kill9();
                agent.exitCode();
            }
            assertThat(processes).allMatch(AgentLifeTest::lives);

            try (AgentProcess again = agent(controller)) {
                await().atMost(LIMIT).until(() -> controller.registrations().size() == 2);
                assertThat(processes).noneMatch(AgentLifeTest::lives);
                Register second = controller.registrations().get(1);
                assertThat(second.getRunsList()).isEmpty();
                assertThat(second.getAgentId())
                        .isNotEqualTo(controller.registrations().get(0).getAgentId());
                assertThat(again.isAlive()).isTrue();
            }
        }
    }

    @Test
    void ranksNeverNoticeAControllerThatDiesAndComesBack() throws Exception {
        FakeController first = FakeController.start();
        try (AgentProcess agent = agent(first)) {
            run(first, 1, STUBBORN);
            List<Long> processes = processes("rank-0", "rank-1", "daemon");
            int port = first.port();
            first.close();

            try (FakeController second = FakeController.start(port, 200, 300_000)) {
                await().atMost(LIMIT).until(() -> !second.registrations().isEmpty());
                Register again = second.registrations().get(0);
                assertThat(again.getRuns(0).getPhase()).isEqualTo(RunPhase.RUN_PHASE_RUNNING);
                assertThat(again.getAgentId())
                        .isEqualTo(first.registrations().get(0).getAgentId());
                assertThat(processes).allMatch(AgentLifeTest::lives);
                assertThat(agent.isAlive()).isTrue();
            }
        }
    }

    @Test
    void anAgentThatIsCutOffKillsItsRanksBeforeTheIsolationTimeout() throws Exception {
        try (FakeController controller = FakeController.start(0, 200, 4_000);
                AgentProcess agent = agent(controller)) {
            run(controller, 1, STUBBORN);
            List<Long> processes = processes("rank-0", "rank-1", "daemon");

            controller.refuse(true);
            controller.fallSilent();

            // From the last answer, so a little less remains of the 4 s.
            await().atMost(Duration.ofSeconds(4)).until(() -> processes.stream().noneMatch(AgentLifeTest::lives));
            controller.accept();
            await().atMost(LIMIT)
                    .until(() -> lastRegistration(controller)
                            .filter(register -> register.getRunsCount() == 1
                                    && register.getRuns(0).getPhase() == RunPhase.RUN_PHASE_ENDED)
                            .isPresent());
            assertThat(lastRegistration(controller).orElseThrow().getRuns(0).getMessage())
                    .contains("cut off from the controller");
            assertThat(agent.isAlive()).isTrue();
        }
    }

    @Test
    void aSignalStopsTheRanksAndTheAgentSaysHowTheyEndedBeforeItLeaves() throws Exception {
        try (FakeController controller = FakeController.start();
                AgentProcess agent = agent(controller)) {
            run(controller, 1, "echo $$ > \"$PIDS/rank-$RANK\"; exec sleep 600");
            List<Long> processes = processes("rank-0", "rank-1");

            agent.terminate();

            assertThat(agent.exitCode()).isZero();
            assertThat(processes).noneMatch(AgentLifeTest::lives);
            assertThat(controller.isIn(RunPhase.RUN_PHASE_ENDED, "job", 1)).isTrue();
            await().atMost(LIMIT).until(() -> controller.goodbyes() == 1);
        }
    }

    @Test
    void anOrderToStopKillsWhatIgnoresItAndIsConfirmedWhenNothingIsLeft() throws Exception {
        try (FakeController controller = FakeController.start();
                AgentProcess agent = agent(controller)) {
            run(controller, 1, STUBBORN);
            List<Long> processes = processes("rank-0", "rank-1", "daemon");

            controller.stop(StopRun.newBuilder()
                    .setJobUid("job")
                    .setEpoch(1)
                    .setTermGraceMillis(300)
                    .build());

            await().atMost(LIMIT).until(() -> controller.isIn(RunPhase.RUN_PHASE_ENDED, "job", 1));
            assertThat(processes).noneMatch(AgentLifeTest::lives);
            assertThat(controller.latest("job", 1).orElseThrow().getRanksList())
                    .allMatch(rank -> rank.getState() == RankState.RANK_STATE_STOPPED);
            assertThat(agent.isAlive()).isTrue();
        }
    }

    @Test
    void metricsAndReadinessAreServed() throws Exception {
        try (FakeController controller = FakeController.start();
                AgentProcess agent = agent(controller)) {
            Path ready = directory.resolve("ready");
            await().atMost(LIMIT).until(() -> Files.exists(ready));
            String port = Files.readAllLines(ready).stream()
                    .filter(line -> line.startsWith("httpPort="))
                    .map(line -> line.substring("httpPort=".length()))
                    .findFirst()
                    .orElseThrow();

            assertThat(get(port, "/healthz").statusCode()).isEqualTo(200);
            assertThat(get(port, "/readyz").body()).isEqualTo("registered\n");
            await().atMost(LIMIT)
                    .until(() -> get(port, "/metrics")
                            .body()
                            .contains("muster_agent_heartbeats_total{state=\"acknowledged\",} 1"));
            assertThat(get(port, "/metrics").body())
                    .contains("muster_agent_registered 1.0")
                    .contains("muster_agent_runs{phase=\"running\",} 0.0")
                    .contains("muster_agent_device_temperature_celsius{device=\"1\",} 45.0")
                    .contains("jvm_memory_bytes_used");
            String served = get(port, "/metrics").body();
            assertThat(namedByTheChart())
                    .hasSizeGreaterThan(8)
                    .allSatisfy(metric -> assertThat(served).containsPattern("\n(# TYPE )?" + metric + "[ {]"));
            assertThat(get(port, "/nowhere").statusCode()).isEqualTo(404);

            controller.refuse(true);
            controller.hangUp();
            await().atMost(LIMIT).until(() -> get(port, "/readyz").statusCode() == 503);
            assertThat(agent.isAlive()).isTrue();
        }
    }

    /** The chart's alerts and dashboard of agents: on a metric that nobody serves they would stay silent. */
    private static Set<String> namedByTheChart() throws IOException {
        Path chart = Path.of(System.getProperty("muster.root"), "helm/muster");
        String text = Files.readString(chart.resolve("templates/monitoring/_agent-alerts.tpl"))
                + Files.readString(chart.resolve("files/dashboards/agent.json"));
        return Pattern.compile("muster_agent_[a-z_]+")
                .matcher(text)
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void faultsFromTheDeviceFileAndTheKernelLogReachTheController() throws Exception {
        Path kernelLog = Files.createFile(directory.resolve("kern.log"));
        try (FakeController controller = FakeController.start();
                AgentProcess agent = agent(controller, "--kernel-log", kernelLog.toString())) {
            await().atMost(LIMIT)
                    .until(() -> controller.received().stream()
                            .anyMatch(message -> message.hasReadings()
                                    && message.getReadings().getReadingsList().stream()
                                            .allMatch(DeviceReading::getPresent)));

            Files.writeString(
                    directory.resolve("devices.yaml"),
                    "{type: fake-a100, count: 2, faults: [{device: 0, xid: 79}, {device: 1, lost: true}]}");
            Files.writeString(kernelLog, "NVRM: Xid (PCI:fa4e:01:00): 45, pid=7, name=python3, Ch 1\n");

            await().atMost(LIMIT).until(() -> controller.health().size() == 3);
            assertThat(controller.health())
                    .extracting(
                            HealthEvent::getCheck,
                            HealthEvent::getCode,
                            HealthEvent::getDeviceIndex,
                            HealthEvent::getSeverity)
                    .containsExactlyInAnyOrder(
                            tuple("xid", "79", 0, HealthSeverity.HEALTH_SEVERITY_FATAL),
                            tuple("device-lost", "lost", 1, HealthSeverity.HEALTH_SEVERITY_FATAL),
                            tuple("xid", "45", 1, HealthSeverity.HEALTH_SEVERITY_INFO));
            await().atMost(LIMIT)
                    .until(() -> controller.received().stream()
                            .anyMatch(message -> message.hasReadings()
                                    && !message.getReadings().getReadings(1).getPresent()));
            assertThat(agent.isAlive()).isTrue();
        }
    }

    @Test
    void aSecondAgentOnTheSameDataDirectoryIsToldWhoHasIt() throws Exception {
        try (FakeController controller = FakeController.start();
                AgentProcess agent = agent(controller)) {
            await().atMost(LIMIT).until(() -> !controller.registrations().isEmpty());
            try (AgentProcess second = agent(controller)) {
                assertThat(second.exitCode()).isEqualTo(1);
                assertThat(second.output().strip().lines())
                        .singleElement()
                        .asString()
                        .startsWith("muster-agent: data directory ")
                        .contains("is in use by process " + agent.pid());
            }
            assertThat(agent.isAlive()).isTrue();
        }
    }

    @Test
    void whatCannotWorkIsSaidInOneLineWithTheRightExitCode() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        assertFailure(2, "--controller", "--data", directory.toString());
        assertFailure(2, "is no controller address", "--controller", "nowhere", "--data", directory.toString());
        assertFailure(2, "is no amount of memory", options("--memory", "much"));
        assertFailure(2, "choose auto, nvidia, none or fake:FILE", options("--devices", "abacus"));
        assertFailure(2, "is no name", options("--path", "z1,../b1"));
        assertFailure(2, "Unknown option", options("--cpu", "3"));
        assertFailure(
                1,
                "cannot be used",
                "--controller",
                "localhost:1",
                "--data",
                file.resolve("below").toString());
        assertFailure(1, "does not exist", options("--devices", "fake:" + directory.resolve("none.yaml")));
        try (java.net.ServerSocket taken = new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            assertFailure(
                    1,
                    "choose another with --http-port",
                    "--controller",
                    "127.0.0.1:1",
                    "--data",
                    directory.resolve("data").toString(),
                    "--http-port",
                    Integer.toString(taken.getLocalPort()));
        }
    }

    @Test
    void anAgentThatIsNotWantedEnds() throws Exception {
        try (FakeController controller = FakeController.start()) {
            controller.refuse(false);
            try (AgentProcess agent = agent(controller)) {
                assertThat(agent.exitCode()).isEqualTo(1);
                assertThat(agent.output()).contains("muster-agent: the controller refuses host n1: not today");
            }
        }
    }

    private void assertFailure(int exitCode, String message, String... arguments) throws Exception {
        try (AgentProcess agent = AgentProcess.start(directory, arguments)) {
            assertThat(agent.exitCode()).as(agent.output()).isEqualTo(exitCode);
            assertThat(agent.output().strip().lines())
                    .singleElement()
                    .asString()
                    .startsWith("muster-agent: ")
                    .contains(message);
        }
    }

    private String[] options(String... more) {
        return AgentProcess.options("127.0.0.1:1", directory.resolve("data"), more);
    }

    private AgentProcess agent(FakeController controller, String... more) throws IOException {
        Path devices = directory.resolve("devices.yaml");
        Files.writeString(devices, "{type: fake-a100, count: 2}");
        List<String> options = new ArrayList<>(List.of(
                "--devices",
                "fake:" + devices,
                "--ready-file",
                directory.resolve("ready").toString()));
        options.addAll(List.of(more));
        return AgentProcess.start(
                directory,
                AgentProcess.options(controller.address(), directory.resolve("data"), options.toArray(String[]::new)));
    }

    /** Starts two ranks of this script and waits until they run. */
    private void run(FakeController controller, long epoch, String script) {
        await().atMost(LIMIT).until(() -> !controller.registrations().isEmpty());
        controller.start(StartRun.newBuilder()
                .setJobUid("job")
                .setEpoch(epoch)
                .setNamespace("default")
                .setName("test")
                .setAttempt((int) epoch)
                .setNodes(1)
                .setRanks(2)
                .setWorldSize(2)
                .setAccelerators(2)
                .setMasterAddress("127.0.0.1")
                .setMasterPort(29500)
                .setTemplate(TemplateSpec.newBuilder()
                        .addAllCommand(List.of("sh", "-c", script))
                        .putEnv("PIDS", directory.toString()))
                .build());
        await().atMost(LIMIT).until(() -> controller.isIn(RunPhase.RUN_PHASE_RUNNING, "job", epoch));
    }

    private List<Long> processes(String... names) {
        return List.of(names).stream()
                .map(name -> {
                    Path file = directory.resolve(name);
                    await().atMost(LIMIT).until(() -> Files.exists(file) && Files.size(file) > 1);
                    try {
                        return Long.parseLong(Files.readString(file).strip());
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                })
                .toList();
    }

    /** The guards that wait for the end of agents with this test's data directory. */
    private List<Long> watchers() {
        String script = directory.resolve("data").resolve("guard.sh").toString();
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .arguments()
                        .filter(arguments -> List.of(arguments).contains(script)
                                && List.of(arguments).contains("watch"))
                        .isPresent())
                .map(ProcessHandle::pid)
                .toList();
    }

    private static void signal(String name, long pid) {
        try {
            assertThat(new ProcessBuilder("sh", "-c", "kill -s " + name + " " + pid)
                            .start()
                            .waitFor())
                    .isZero();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Zombies of a test machine whose first process collects nobody count as dead. */
    private static boolean lives(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
        } catch (IOException e) {
            return false;
        }
    }

    private static Optional<Register> lastRegistration(FakeController controller) {
        return controller.registrations().stream().reduce((before, after) -> after);
    }

    private static HttpResponse<String> get(String port, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }
}
