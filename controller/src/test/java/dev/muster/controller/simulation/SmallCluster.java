package dev.muster.controller.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.controller.election.Leadership;
import dev.muster.controller.goodput.Bucket;
import dev.muster.controller.goodput.Buckets;
import dev.muster.controller.loop.Decision;
import dev.muster.controller.loop.FaultHandler.Fault;
import dev.muster.controller.loop.LoopListener;
import dev.muster.controller.loop.LoopSettings;
import dev.muster.controller.loop.ManualClock;
import dev.muster.controller.loop.ManualEventLoop;
import dev.muster.controller.model.ClusterModel;
import dev.muster.controller.operations.FleetDesk;
import dev.muster.controller.operations.FleetOperations.NodeAction;
import dev.muster.controller.operations.JobDesk;
import dev.muster.controller.reconcile.JobObserver;
import dev.muster.controller.reconcile.LedgerKeeper;
import dev.muster.controller.reconcile.NodeReconciler;
import dev.muster.controller.scheduling.GangScheduling;
import dev.muster.controller.scheduling.SnapshotAssembler;
import dev.muster.controller.session.AgentCommand.StartRun;
import dev.muster.controller.session.AgentGateway;
import dev.muster.controller.session.AgentSessions;
import dev.muster.controller.session.SessionSettings;
import dev.muster.controller.simulation.control.ControllerCore;
import dev.muster.controller.simulation.control.Wiring;
import dev.muster.controller.state.JobPhase;
import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.NodeRecord;
import dev.muster.controller.state.PlacementRecord;
import dev.muster.controller.state.PlacementRecord.HostAssignment;
import dev.muster.controller.state.StopCause;
import dev.muster.controller.store.embedded.EmbeddedSettings;
import dev.muster.controller.store.embedded.EmbeddedStateStore;
import dev.muster.scheduler.cluster.ClusterHost;
import dev.muster.scheduler.cluster.ClusterSpec;
import dev.muster.scheduler.cluster.QueueSpec;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.job.JobSpec;
import dev.muster.scheduler.job.ResourceVector;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** A controller with its agents, put together as the real one is; time passes when told. */
final class SmallCluster implements FakeAgent.World {

    static final Duration ISOLATION = SessionSettings.DEFAULT.isolationTimeout();
    private static final Duration TICK = Duration.ofSeconds(1);

    final ManualClock clock = new ManualClock(Instant.parse("2026-11-23T08:00:00Z"));
    final CrashableStore store = new CrashableStore(EmbeddedStateStore.stepped(EmbeddedSettings.DEFAULT, clock));
    final TreeMap<String, FakeAgent> agents = new TreeMap<>();
    private final Map<String, StartRun> orders = new HashMap<>();
    private final Map<String, Map<String, Boolean>> startedOn = new HashMap<>();
    final List<String> observed = new ArrayList<>();
    private ClusterSpec shape;
    private Controller controller;
    private int uids;

    private SmallCluster(ClusterSpec shape) {
        this.shape = shape;
        this.controller = new Controller();
    }

    /** One life of the controller. */
    private final class Controller {
        final List<Fault> faults = new ArrayList<>();
        final ManualEventLoop loop;
        final ClusterModel model;
        final SnapshotAssembler picture;
        final AgentSessions sessions;
        final JobDesk jobs;
        final FleetDesk fleet;
        final NodeReconciler nodes;
        final GangScheduling scheduling;
        final LedgerKeeper ledgers;
        final ControllerCore core;
        SortedMap<String, Map<Bucket, Long>> settled = new TreeMap<>();

        Controller() {
            Leadership leadership = Leadership.take(store, "test").join();
            loop = new ManualEventLoop(
                    store, () -> false, leadership::fence, faults::add, LoopListener.NONE, clock, LoopSettings.DEFAULT);
            core = new ControllerCore(new ControllerCore.Parts(
                    store,
                    leadership,
                    loop,
                    clock,
                    shape,
                    SessionSettings.DEFAULT,
                    Wiring.AS_IN_MAIN,
                    SmallCluster.this::uid,
                    new Tally()));
            model = core.model();
            picture = core.picture();
            scheduling = core.scheduling();
            ledgers = core.ledgers();
            nodes = core.nodes();
            sessions = core.sessions();
            jobs = core.jobs();
            fleet = core.fleet();
            core.resume();
            loop.runPending();
        }
    }

    /** What the controllers said of jobs, for metrics. */
    private final class Tally implements JobObserver {
        @Override
        public void firstPlaced(String queue, Duration waited) {
            observed.add("placed after " + waited.toSeconds() + " s");
        }

        @Override
        public void restarting(StopCause.Kind cause) {
            observed.add("restart for " + cause);
        }
    }

    private String uid() {
        uids++;
        return "uid-" + uids;
    }

    /** As much waits for the controller as it takes; more is turned away. */
    void flood() {
        while (!controller.loop.submit("flood", now -> Decision.done()).isCompletedExceptionally()) {
            assertThat(controller.faults).isEmpty();
        }
    }

    /** A cluster whose hosts h1 to hN are connected. */
    static SmallCluster of(int hosts) {
        return of(hosts, List.of());
    }

    /** The same, shared by queues. */
    static SmallCluster of(int hosts, List<QueueSpec> queues) {
        SmallCluster cluster = new SmallCluster(new ClusterSpec(List.of(), List.of(), queues, List.of()));
        for (int i = 1; i <= hosts; i++) {
            cluster.agent("h" + i).connect();
        }
        cluster.settle();
        return cluster;
    }

    FakeAgent agent(String host) {
        return agents.computeIfAbsent(host, name -> new FakeAgent(name, this));
    }

    // ---- time and failure

    /** Everything that can happen now has happened. */
    void settle() {
        controller.loop.runPending();
        assertThat(controller.faults).as("faults of the controller").isEmpty();
    }

    void advance(Duration time) {
        for (Duration left = time; !left.isZero(); ) {
            Duration step = left.compareTo(TICK) < 0 ? left : TICK;
            controller.loop.advance(step);
            agents.values().forEach(FakeAgent::heartbeat);
            settle();
            left = left.minus(step);
        }
    }

    /** The controller dies as it stands, with whatever was not durable yet, and another begins. */
    void restartController() {
        store.crash();
        agents.values().forEach(FakeAgent::forgetConnection);
        controller = new Controller();
        settle();
    }

    /** The same with a cluster file that has other queues. */
    void restartController(List<QueueSpec> queues) {
        shape = new ClusterSpec(shape.levels(), List.of(), queues, List.of());
        restartController();
    }

    void reconnectAll() {
        for (FakeAgent agent : agents.values()) {
            agent.connect();
        }
        settle();
    }

    @Override
    public AgentGateway.Inbox connect(AgentGateway.Outbox outbox) {
        return controller.sessions.connect(outbox);
    }

    @Override
    public Instant now() {
        return clock.instant();
    }

    /** Fencing, seen from outside: a start must not meet a whole older gang, nor another plan of its own epoch. */
    @Override
    public void started(FakeAgent agent, StartRun order) {
        String run = order.jobUid() + "/" + order.epoch();
        StartRun first = orders.putIfAbsent(run, order);
        if (first != null) {
            assertThat(order.masterAddress() + ":" + order.masterPort() + " of " + order.nodes())
                    .as("one plan for %s", run)
                    .isEqualTo(first.masterAddress() + ":" + first.masterPort() + " of " + first.nodes());
        }
        startedOn.computeIfAbsent(run, key -> new TreeMap<>()).put(agent.host(), true);
        for (long older = 1; older < order.epoch(); older++) {
            StartRun before = orders.get(order.jobUid() + "/" + older);
            if (before != null) {
                long alive = liveHosts(order.jobUid(), older);
                assertThat(alive)
                        .as("live hosts of epoch %s when %s starts", older, run)
                        .isLessThan(before.nodes());
            }
        }
    }

    @Override
    public void overbooked(FakeAgent agent, StartRun order) {
        throw new AssertionError("host " + agent.host() + " is to start " + order.jobUid() + "/" + order.epoch()
                + " on accelerators that others still use");
    }

    private long liveHosts(String jobUid, long epoch) {
        return agents.values().stream()
                .filter(agent -> agent.runs(jobUid, epoch))
                .count();
    }

    /** The hosts on which this attempt ever began. */
    List<String> hostsThatStarted(String jobUid, long epoch) {
        return List.copyOf(
                startedOn.getOrDefault(jobUid + "/" + epoch, new TreeMap<>()).keySet());
    }

    /** Why a job waits, in brief. */
    String reason(String name) {
        return controller
                .scheduling
                .lastExplanation(job(name), clock.instant())
                .orElseThrow()
                .rejection()
                .text();
    }

    // ---- users and operators

    void submit(JobSpec spec) {
        var answer = controller.jobs.submit(spec, "submission-" + spec.key().name() + "-" + uids);
        settle();
        assertThat(answer).isCompleted();
    }

    void cancel(String name) {
        var unused = controller.jobs.cancel(key(name));
        settle();
    }

    void hold(String name) {
        var unused = controller.jobs.hold(key(name));
        settle();
    }

    void release(String name) {
        var unused = controller.jobs.release(key(name));
        settle();
    }

    void change(String host, NodeAction action) {
        var unused = controller.fleet.change(host, action, "a test");
        settle();
    }

    /** Why it was refused; empty when the operator's word was taken. */
    Optional<Throwable> declareDead(String host) {
        var answer = controller.fleet.declareDead(host, "pulled out of the rack");
        settle();
        return answer.handle((view, problem) -> Optional.ofNullable(problem)).join();
    }

    private static JobKey key(String name) {
        return new JobKey("team", name);
    }

    /** What a host has turns out to be something else, as it does where others use it too. */
    void describe(String host, UnaryOperator<NodeRecord> change) {
        controller.core.tell(
                "describe",
                turn -> controller.nodes.described(
                        change.apply(model().node(host).orElseThrow()), turn));
        settle();
    }

    void retire(String host) {
        controller.core.tell("retire", turn -> controller.nodes.retire(host));
        settle();
    }

    JobDesk desk() {
        return controller.jobs;
    }

    // ---- what is

    ClusterModel model() {
        return controller.model;
    }

    JobRecord job(String name) {
        return model().job(key(name)).orElseThrow();
    }

    JobPhase phase(String name) {
        return job(name).phase();
    }

    int attempt(String name) {
        return job(name).status().attempt();
    }

    PlacementRecord placement(String name) {
        return model().placementOf(job(name)).orElseThrow();
    }

    List<String> hosts(String name) {
        return placement(name).hosts().stream()
                .map(HostAssignment::host)
                .sorted()
                .toList();
    }

    NodeReconciler.Presence presence(String host) {
        return controller.nodes.attendance(host).orElseThrow().presence();
    }

    /** The scheduler's picture must be what the records say, counted anew. */
    void assertThatNothingIsMiscounted() {
        ResourceVector total = ResourceVector.ZERO;
        Map<String, ResourceVector> byHost = new HashMap<>();
        for (JobRecord job : model().jobs()) {
            if (!job.phase().holdsHosts()) {
                continue;
            }
            ResourceVector perHost = job.spec().gang().perHost();
            for (HostAssignment part : model().placementOf(job).orElseThrow().everyHost()) {
                total = total.plus(perHost);
                byHost.merge(part.host(), perHost, ResourceVector::plus);
            }
        }
        Map<String, ResourceVector> booked = new HashMap<>(byHost);
        for (Map.Entry<JobKey, List<String>> nominated :
                controller.scheduling.nominated().entrySet()) {
            ResourceVector perHost =
                    model().job(nominated.getKey()).orElseThrow().spec().gang().perHost();
            total = total.plus(perHost.times(nominated.getValue().size()));
            nominated.getValue().forEach(host -> booked.merge(host, perHost, ResourceVector::plus));
        }
        assertThat(controller
                        .picture
                        .queues()
                        .queue(QueueSpec.ROOT)
                        .orElseThrow()
                        .usage())
                .as("usage of all queues")
                .isEqualTo(total);
        for (ClusterHost host : controller.picture.snapshot().hosts()) {
            ResourceVector used = byHost.getOrDefault(host.name(), ResourceVector.ZERO);
            assertThat(host.isInUse())
                    .as("whether %s is in use", host.name())
                    .isEqualTo(booked.containsKey(host.name()));
            assertThat(used.fitsIn(host.spec().capacity()))
                    .as("%s on %s fits", used, host.name())
                    .isTrue();
            assertThat(model().activeOn(host.name()).isEmpty()).isEqualTo(used.isZero());
        }
        assertThatEveryLedgerAddsUp();
        assertThatSettledTimeOnlyGrows();
    }

    /** As far as all attempts of a job are kept. */
    private void assertThatEveryLedgerAddsUp() {
        for (JobRecord job : model().jobs()) {
            List<PlacementRecord> attempts = model().attempts(job.uid());
            if (attempts.size() < job.status().attempt()) {
                continue;
            }
            long each = job.spec().gang().perHost().amount(ResourceVector.ACCELERATORS);
            long held = attempts.stream()
                    .mapToLong(attempt -> each
                            * attempt.hosts().size()
                            * Duration.between(
                                            attempt.placedAt(),
                                            attempt.endedAt().orElse(now()))
                                    .toMillis())
                    .sum();
            Buckets buckets = model().ledger(job.uid()).orElseThrow().at(now()).buckets();
            if (buckets.total() - buckets.amount(Bucket.IDLE_SPARE) != held) {
                throw new AssertionError(job.key() + " held " + held + " accelerator milliseconds, not " + buckets);
            }
        }
    }

    private void assertThatSettledTimeOnlyGrows() {
        SortedMap<String, Map<Bucket, Long>> now =
                controller.ledgers.settledTime().byQueue();
        controller.settled.forEach((queue, before) -> assertAtLeast(now.getOrDefault(queue, Map.of()), before, queue));
        controller.settled = now;
        controller
                .ledgers
                .byQueue(now())
                .forEach((queue, whole) -> assertAtLeast(
                        whole.report().buckets().acceleratorMillis(), now.getOrDefault(queue, Map.of()), queue));
    }

    private static void assertAtLeast(Map<Bucket, Long> more, Map<Bucket, Long> less, String queue) {
        // Asked after every event of long stories, so without the ceremony of an assertion that holds.
        less.forEach((bucket, amount) -> {
            if (more.getOrDefault(bucket, 0L) < amount) {
                throw new AssertionError(bucket + " of queue " + queue + " went from " + less + " to " + more);
            }
        });
    }

    /** A queue's maximum holds in the world, also while some stop and others wait for that. */
    void assertThatNoMoreIsHeldIn(String queue, long accelerators) {
        long held = 0;
        for (JobRecord job : model().jobs()) {
            if (job.phase().holdsHosts() && job.spec().queue().equals(queue)) {
                long each = job.spec().gang().perHost().amount(ResourceVector.ACCELERATORS);
                held += each
                        * model().placementOf(job).orElseThrow().everyHost().size();
            }
        }
        assertThat(held).as("accelerators held in queue %s", queue).isLessThanOrEqualTo(accelerators);
    }

    Optional<JobRecord> find(String name) {
        return model().job(key(name));
    }
}
