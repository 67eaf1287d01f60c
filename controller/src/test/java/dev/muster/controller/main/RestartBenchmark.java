package dev.muster.controller.main;

import dev.muster.controller.config.ControllerOptions;
import dev.muster.controller.election.Leadership;
import dev.muster.controller.metrics.ControllerMetrics;
import dev.muster.controller.session.AgentCommand;
import dev.muster.controller.session.AgentGateway;
import dev.muster.controller.session.AgentMessage.Registration;
import dev.muster.controller.session.AgentMessage.RunReport;
import dev.muster.controller.store.StateStore;
import dev.muster.controller.store.embedded.EmbeddedSettings;
import dev.muster.controller.store.embedded.EmbeddedStateStore;
import dev.muster.controller.store.etcd.EtcdSettings;
import dev.muster.controller.store.etcd.EtcdStateStore;
import dev.muster.controller.workload.RankState;
import dev.muster.controller.workload.RankStatus;
import dev.muster.controller.workload.RunPhase;
import dev.muster.scheduler.cluster.ClusterSpec;
import dev.muster.scheduler.job.GangSpec;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.job.JobSpec;
import dev.muster.scheduler.job.ProcessLayout;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.job.RestartSpec;
import dev.muster.scheduler.job.TemplateSpec;
import dev.muster.scheduler.job.TopologySpec;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Measures how soon a leader decides that takes up 5,000 hosts and 100,000 jobs. Run by hand, {@code RestartBenchmark DIRECTORY}
 * or {@code RestartBenchmark etcd://HOST:PORT}: the first run on an empty store fills it, each run then takes it up.
 */
final class RestartBenchmark {

    private static final int HOSTS = 5_000;
    private static final int JOBS = 100_000;
    private static final int IN_FLIGHT = 2_000;
    private static final ResourceVector CAPACITY = ResourceVector.of(8, 128_000, 1L << 40);
    private static final InstantSource CLOCK =
            () -> InstantSource.system().instant().truncatedTo(ChronoUnit.MILLIS);

    private final StateStore store;
    private final Map<String, List<RunReport>> held = new ConcurrentHashMap<>();
    private final AtomicInteger started = new AtomicInteger();
    private final AtomicLong firstStartNanos = new AtomicLong();

    private RestartBenchmark(StateStore store) {
        this.store = store;
    }

    public static void main(String[] arguments) {
        String where = arguments[0];
        StateStore store = where.startsWith("etcd://")
                ? EtcdStateStore.open(EtcdSettings.of(List.of(where.substring(7))), System::nanoTime)
                : EmbeddedStateStore.open(Path.of(where), EmbeddedSettings.DEFAULT, System::nanoTime);
        try (store) {
            RestartBenchmark benchmark = new RestartBenchmark(store);
            benchmark.fill();
            for (int round = 0; round < 3; round++) {
                benchmark.takeUp();
            }
        }
    }

    private Leader lead() {
        Leadership leadership = Leadership.take(store, "benchmark").join();
        Leader.Setup setup = new Leader.Setup(
                new BareMetal(new ControllerOptions(), new ClusterSpec(List.of(), List.of(), List.of(), List.of())),
                store,
                ControllerMetrics.none(),
                CLOCK,
                System::nanoTime);
        return Leader.start(setup, leadership, fault -> {
            System.err.println(fault);
            Runtime.getRuntime().halt(1);
        });
    }

    private void fill() {
        long began = System.nanoTime();
        Leader leader = lead();
        long present = leader.fleet().cluster().join().jobsByState().values().stream()
                .mapToLong(Long::longValue)
                .sum();
        if (present == 0) {
            submit(leader, 0, JOBS);
            connect(leader);
            awaitQuiet();
            System.out.printf("filled in %d s, %d jobs run%n", seconds(began), started.get());
        }
        leader.close();
    }

    private void submit(Leader leader, int from, int until) {
        ArrayDeque<CompletableFuture<?>> inFlight = new ArrayDeque<>();
        for (int number = from; number < until; number++) {
            inFlight.add(leader.jobs().submit(spec(number), "s" + number));
            if (inFlight.size() == IN_FLIGHT) {
                inFlight.remove().join();
            }
        }
        inFlight.forEach(CompletableFuture::join);
    }

    private void connect(Leader leader) {
        for (int host = 0; host < HOSTS; host++) {
            new Host("host-%05d".formatted(host)).connect(leader.agents());
        }
    }

    private void awaitQuiet() {
        for (int before = -1; before != started.get(); ) {
            before = started.get();
            try {
                Thread.sleep(3_000);
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            }
        }
    }

    /** One host more than before comes, so that there is something to decide. */
    private void takeUp() {
        long began = System.nanoTime();
        firstStartNanos.set(0);
        Leader leader = lead();
        long leads = System.nanoTime();
        connect(leader);
        new Host("fresh-" + began).connect(leader.agents());
        leader.fleet().cluster().join();
        long registered = System.nanoTime();
        while (firstStartNanos.get() == 0) {
            Thread.onSpinWait();
        }
        System.out.printf(
                "takes up in %d ms, %d hosts registered %d ms later, first start %d ms after the beginning; heap %d MiB%n",
                millis(leads - began),
                HOSTS,
                millis(registered - leads),
                millis(firstStartNanos.get() - began),
                (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) >> 20);
        leader.close();
    }

    private static long millis(long nanos) {
        return nanos / 1_000_000;
    }

    private static long seconds(long sinceNanos) {
        return (System.nanoTime() - sinceNanos) / 1_000_000_000;
    }

    private static JobSpec spec(int number) {
        return new JobSpec(
                new JobKey("team-" + number % 50, "job-" + number),
                JobSpec.DEFAULT_QUEUE,
                number % 7,
                new GangSpec(
                        1 + number % 4,
                        1 + number % 4,
                        0,
                        ResourceVector.of(8, 64_000, 1L << 38),
                        Optional.empty(),
                        ProcessLayout.PER_ACCELERATOR),
                TopologySpec.ANYWHERE,
                Optional.of(Duration.ofHours(1 + number % 24)),
                true,
                Duration.ZERO,
                Optional.empty(),
                RestartSpec.DEFAULT,
                TemplateSpec.ofCommand(List.of("python3", "train.py", "--seed", "" + number), Map.of("A", "b")));
    }

    /** A host whose ranks run as soon as they are asked to. */
    private final class Host implements AgentGateway.Outbox {
        private final String name;
        private AgentGateway.Inbox inbox = new AgentGateway.Inbox() {
            @Override
            public void on(dev.muster.controller.session.AgentMessage message) {}

            @Override
            public void closed(String why) {}
        };

        Host(String name) {
            this.name = name;
        }

        void connect(AgentGateway gateway) {
            inbox = gateway.connect(this);
            inbox.on(new Registration(
                    name,
                    "agent-of-" + name,
                    "boot",
                    "1.0",
                    name,
                    List.of(),
                    CAPACITY,
                    Optional.of("nvidia-h100"),
                    List.of(),
                    held.getOrDefault(name, List.of()),
                    new TreeMap<>()));
        }

        @Override
        public void send(AgentCommand command) {
            if (command instanceof AgentCommand.StartRun start) {
                firstStartNanos.compareAndSet(0, System.nanoTime());
                started.incrementAndGet();
                List<RankStatus> ranks = new ArrayList<>();
                for (int rank = 0; rank < start.ranks(); rank++) {
                    ranks.add(new RankStatus(start.firstRank() + rank, RankState.RUNNING, 0, "", List.of(rank)));
                }
                RunReport report = new RunReport(start.jobUid(), start.epoch(), RunPhase.RUNNING, ranks, "");
                held.computeIfAbsent(name, host -> new ArrayList<>()).add(report);
                inbox.on(report);
            }
        }

        @Override
        public void close() {}

        @Override
        public String peer() {
            return name;
        }
    }
}
