package dev.muster.controller.main;

import dev.muster.proto.v1.GangSpec;
import dev.muster.proto.v1.HostAssignment;
import dev.muster.proto.v1.JobDetail;
import dev.muster.proto.v1.JobRequest;
import dev.muster.proto.v1.JobServiceGrpc;
import dev.muster.proto.v1.JobSpec;
import dev.muster.proto.v1.JobState;
import dev.muster.proto.v1.JobUpdate;
import dev.muster.proto.v1.ProcessLayout;
import dev.muster.proto.v1.Resources;
import dev.muster.proto.v1.RestartSpec;
import dev.muster.proto.v1.SubmitRequest;
import dev.muster.proto.v1.TemplateSpec;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Measures how long it takes from kill -9 of an agent until every rank of the next attempt has started: a real controller
 * in a process of its own, 64 agents in 12 processes over gRPC, a gang of 60 hosts with 2 spares. Not part of any build;
 * {@code CONTRIBUTING.md} says how to run it. Arguments: the number of kills, and how long ranks take to end when told,
 * in milliseconds.
 */
public final class RecoveryTimes implements AutoCloseable {

    private static final int GANG_HOSTS = 60;
    private static final int SPARES = 2;
    private static final int VICTIMS = 8;
    private static final int SHARED_PROCESSES = 4;
    private static final int HOSTS_EACH = 14;
    private static final long POLL_MILLIS = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final JobRequest JOB =
            JobRequest.newBuilder().setNamespace("bench").setName("gang").build();

    private final Path directory = Files.createTempDirectory("recovery");
    private final List<Process> processes = new ArrayList<>();
    private final Map<String, Process> victims = new TreeMap<>();
    private final long endingMillis;
    private final int port;
    private final ManagedChannel channel;
    private final JobServiceGrpc.JobServiceBlockingStub jobs;

    private RecoveryTimes(long endingMillis) throws IOException, InterruptedException {
        this.endingMillis = endingMillis;
        this.port = startController();
        this.channel =
                NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
        this.jobs = JobServiceGrpc.newBlockingStub(channel);
    }

    public static void main(String[] arguments) throws Exception {
        int kills = Integer.parseInt(arguments[0]);
        long endingMillis = Long.parseLong(arguments[1]);
        try (RecoveryTimes bench = new RecoveryTimes(endingMillis)) {
            bench.startAgents();
            bench.submit();
            long[] millis = new long[kills];
            for (int round = 0; round < kills; round++) {
                millis[round] = bench.killOne(round + 1);
            }
            Arrays.sort(millis);
            System.out.printf(
                    "ranks end in %d ms: %d kills, p50 %d ms, p90 %d ms, p99 %d ms, max %d ms%n",
                    endingMillis, kills, at(millis, 50), at(millis, 90), at(millis, 99), millis[kills - 1]);
        }
        System.exit(0);
    }

    private static long at(long[] sorted, int percent) {
        return sorted[(int) Math.ceil(sorted.length * percent / 100.0) - 1];
    }

    private int startController() throws IOException, InterruptedException {
        Path ready = directory.resolve("ready");
        start(
                "256m",
                ControllerMain.class,
                List.of(
                        "--data",
                        directory.resolve("data").toString(),
                        "--port",
                        "0",
                        "--http-port",
                        "0",
                        "--ready-file",
                        ready.toString(),
                        "--exit-with-parent"));
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!Files.exists(ready)) {
            check(deadline, "the controller to serve");
        }
        return Files.readAllLines(ready).stream()
                .filter(line -> line.startsWith("grpc="))
                .mapToInt(line -> Integer.parseInt(line.substring("grpc=".length())))
                .findFirst()
                .orElseThrow();
    }

    private void startAgents() throws IOException {
        for (int process = 0; process < SHARED_PROCESSES; process++) {
            List<String> hosts = new ArrayList<>();
            for (int host = 0; host < HOSTS_EACH; host++) {
                hosts.add("shared-" + process + "-" + host);
            }
            agents(hosts);
        }
        for (int victim = 0; victim < VICTIMS; victim++) {
            victims.put("victim-" + victim, agents(List.of("victim-" + victim)));
        }
    }

    private Process agents(List<String> hosts) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(Integer.toString(port), Long.toString(endingMillis)));
        arguments.addAll(hosts);
        return start("64m", SimulatedAgents.class, arguments);
    }

    private Process start(String heap, Class<?> program, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx" + heap,
                "-cp",
                System.getProperty("java.class.path", ""),
                program.getName()));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("log").toFile()))
                .redirectErrorStream(true)
                .start();
        processes.add(process);
        return process;
    }

    private void submit() throws InterruptedException {
        var unused = jobs.submit(SubmitRequest.newBuilder()
                .setSubmissionId(UUID.randomUUID().toString())
                .setSpec(JobSpec.newBuilder()
                        .setNamespace(JOB.getNamespace())
                        .setName(JOB.getName())
                        .setQueue("default")
                        .setGang(GangSpec.newBuilder()
                                .setHosts(GANG_HOSTS)
                                .setMinHosts(GANG_HOSTS)
                                .setSpares(SPARES)
                                .setPerHost(Resources.newBuilder().setAccelerators(8))
                                .setProcesses(ProcessLayout.PROCESS_LAYOUT_PER_ACCELERATOR))
                        .setRestart(RestartSpec.newBuilder()
                                .setMaxRestarts(3)
                                .setFuseFailures(3)
                                .setFuseWithinMillis(600_000)
                                .setHangAfterMillis(600_000))
                        .setTemplate(TemplateSpec.newBuilder().addCommand("train")))
                .build());
        awaitRunning(1);
    }

    /** Kills an agent of the gang that has a process of its own, and starts it anew when the gang has recovered. */
    private long killOne(int attempt) throws IOException, InterruptedException {
        JobDetail job = jobs.get(JOB);
        String victim = job.getAttempts(job.getAttemptsCount() - 1).getPlacementList().stream()
                .filter(part -> part.getNodeRank() >= 0)
                .map(HostAssignment::getHost)
                .filter(victims::containsKey)
                .findFirst()
                .orElseThrow();
        Iterator<JobUpdate> updates = jobs.watch(JOB);
        updates.next();
        long killedAt = System.nanoTime();
        Objects.requireNonNull(victims.get(victim)).destroyForcibly();
        while (!isRunning(updates.next().getJob(), attempt + 1)) {
            // Each change is told at once.
        }
        long millis = Duration.ofNanos(System.nanoTime() - killedAt).toMillis();
        victims.put(victim, agents(List.of(victim)));
        Thread.sleep(2_000);
        return millis;
    }

    private static boolean isRunning(dev.muster.proto.v1.JobSummary job, int attempt) {
        return job.getState() == JobState.JOB_STATE_RUNNING && job.getAttempt() == attempt;
    }

    private void awaitRunning(int attempt) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!isRunning(jobs.get(JOB).getJob(), attempt)) {
            check(deadline, "attempt " + attempt + " to run");
        }
    }

    private void check(long deadline, String what) throws InterruptedException {
        if (System.nanoTime() > deadline) {
            throw new IllegalStateException(
                    "waited " + PATIENCE.toSeconds() + " s for " + what + "; see " + directory.resolve("log"));
        }
        Thread.sleep(POLL_MILLIS);
    }

    @Override
    public void close() {
        channel.shutdownNow();
        processes.forEach(Process::destroyForcibly);
    }
}
