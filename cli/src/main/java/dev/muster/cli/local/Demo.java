package dev.muster.cli.local;

import dev.muster.cli.client.Controller;
import dev.muster.cli.client.JobFollower;
import dev.muster.cli.client.JobReference;
import dev.muster.cli.client.Pause;
import dev.muster.cli.client.Submission;
import dev.muster.cli.output.CommandFailure;
import dev.muster.cli.output.Console;
import dev.muster.cli.output.EventsRendering;
import dev.muster.cli.output.ExitCode;
import dev.muster.cli.output.GoodputRendering;
import dev.muster.cli.output.JobProgress;
import dev.muster.cli.output.LiveLine;
import dev.muster.cli.output.OutputFormat;
import dev.muster.cli.output.Style;
import dev.muster.cli.output.Styled;
import dev.muster.cli.output.Times;
import dev.muster.proto.v1.JobSpec;
import dev.muster.proto.v1.JobSummary;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Trains a real model on a local cluster, kills a host half-way, shows the recovery, and checks what it promised. */
public final class Demo {

    private static final Duration START_PATIENCE = Duration.ofSeconds(60);
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration END_PATIENCE = Duration.ofSeconds(10);
    /** On two cores it takes about half a minute. */
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private static final int HOSTS = 4;
    private static final int ACCELERATORS = 2;

    /** A part of the demo. */
    private record Step(String title, Action action) {}

    @FunctionalInterface
    private interface Action {
        void run() throws InterruptedException;
    }

    private final List<Step> steps = List.of(
            new Step("Start a controller and four agents, each a process of its own", this::start),
            new Step("Submit examples/digits: 3 hosts x 2 accelerators and a spare", this::submit),
            new Step("Train; half-way, kill a host; recover on the spare", this::train),
            new Step("What happened", this::tellEvents),
            new Step("Where the accelerator time went", this::tellGoodput),
            new Step("Stop everything", this::stop),
            new Step("What was promised", this::judge));

    private final Console console;
    private final InstantSource clock;
    private final ZoneId zone;
    private final RandomGenerator random;
    private final Distribution distribution;
    private final LocalCluster cluster;
    private final Controller controller;
    private final HostPicture picture;
    private final Promises promises = new Promises();
    private final List<ProcessHandle> everyProcess = new ArrayList<>();
    private JobReference job = new JobReference("", "");
    private Optional<HostKiller.Kill> kill = Optional.empty();
    private Optional<DemoEvidence> evidence = Optional.empty();

    public Demo(
            Console console,
            InstantSource clock,
            ZoneId zone,
            RandomGenerator random,
            Distribution distribution,
            DataDirectory data) {
        this.console = console;
        this.clock = clock;
        this.zone = zone;
        this.random = random;
        this.distribution = distribution;
        ClusterPlan plan = ClusterPlan.even(HOSTS, ACCELERATORS);
        this.cluster = new LocalCluster(distribution, plan, data, Ports.free(), Ports.free());
        this.controller = Controller.only(cluster.address(), CALL_TIMEOUT);
        this.picture = new HostPicture(console, plan);
    }

    /** Runs every step. Whatever ends it early, nothing is left running. */
    public ExitCode run() throws InterruptedException {
        Instant began = clock.instant();
        Runtime.getRuntime().addShutdownHook(new Thread(cluster::close, "stop-demo"));
        CompletableFuture<Void> limit = interruptAfter(LIMIT);
        try (cluster;
                controller) {
            runSteps();
        } catch (InterruptedException | CommandFailure failure) {
            if (limit.isDone()) {
                throw CommandFailure.failed("the demo did not end within " + Times.brief(LIMIT));
            }
            throw failure;
        } finally {
            limit.cancel(false);
        }
        List<String> broken = promises.broken();
        if (!broken.isEmpty()) {
            throw CommandFailure.failed("the demo did not keep its promise: " + String.join("; ", broken));
        }
        console.line("");
        console.line(
                "{} in {}",
                new Styled(Style.GREEN, "all of it happened"),
                Times.brief(Duration.between(began, clock.instant())));
        return ExitCode.DONE;
    }

    /** Completes when it has interrupted the thread that runs the demo. */
    private static CompletableFuture<Void> interruptAfter(Duration limit) {
        Thread demo = Thread.currentThread();
        return new CompletableFuture<@Nullable Void>()
                .completeOnTimeout(null, limit.toMillis(), TimeUnit.MILLISECONDS)
                .thenRun(demo::interrupt);
    }

    private void runSteps() throws InterruptedException {
        int number = 0;
        for (Step step : steps) {
            number++;
            console.line("");
            console.line("{} {}", new Styled(Style.CYAN, number + "/" + steps.size()), Styled.bold(step.title()));
            step.action().run();
        }
    }

    private void start() throws InterruptedException {
        LiveLine live = new LiveLine(console);
        live.show("  starting ...");
        try {
            cluster.start();
            cluster.awaitReady(START_PATIENCE);
        } finally {
            live.clear();
        }
        for (LocalProcess process : cluster.processes()) {
            console.line("    {}  pid {}", Styled.bold(process.name()), process.pid());
        }
    }

    private void submit() throws InterruptedException {
        JobSpec spec = DemoJob.prepare(distribution, cluster.data().path());
        JobSummary submitted = new Submission(spec, UUID.randomUUID()).submit(controller);
        job = new JobReference(submitted.getNamespace(), submitted.getName());
        console.line("    submitted {}", Styled.bold(job.toString()));
    }

    private void train() {
        JobProgress progress = new JobProgress(console, zone);
        HostKiller killer = new HostKiller(console, cluster, controller, job, progress, picture);
        try {
            new JobFollower(controller, job, killer, random, Pause.real()).follow();
        } finally {
            progress.clear();
        }
        kill = killer.kill();
        DemoEvidence found = DemoEvidence.gather(controller, job);
        evidence = Optional.of(found);
        console.line("");
        found.accuracy()
                .ifPresent(accuracy -> console.line(
                        "    accuracy on digits it has never seen: {}",
                        new Styled(Style.GREEN, String.valueOf(accuracy))));
    }

    private void tellEvents() {
        evidence.ifPresent(
                found -> new EventsRendering(found.events(), clock.instant()).print(console, OutputFormat.TABLE));
    }

    private void tellGoodput() {
        evidence.ifPresent(found -> new GoodputRendering(found.goodput()).print(console, OutputFormat.TABLE));
    }

    private void stop() {
        cluster.processes().forEach(process -> everyProcess.addAll(process.family()));
        kill.ifPresent(done -> everyProcess.addAll(done.family()));
        cluster.close();
        console.line("    stopped; its files are in {}", cluster.data().path());
    }

    private void judge() throws InterruptedException {
        evidence.ifPresent(found -> found.judge(kill, promises));
        promises.check(allEnd(everyProcess), "every process is gone", "some still run: " + alive(everyProcess));
        promises.print(console);
    }

    /** Ranks die with their agent, but not in the same instant. */
    private static boolean allEnd(List<ProcessHandle> processes) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + END_PATIENCE.toNanos();
        while (!alive(processes).isEmpty()) {
            if (System.nanoTime() - deadlineNanos > 0) {
                return false;
            }
            Thread.sleep(20);
        }
        return true;
    }

    private static List<Long> alive(List<ProcessHandle> processes) {
        return processes.stream()
                .filter(ProcessHandle::isAlive)
                .map(ProcessHandle::pid)
                .distinct()
                .toList();
    }
}
