package dev.muster.controller.simulation;

import dev.muster.controller.session.AgentCommand;
import dev.muster.controller.session.AgentCommand.ForgetRun;
import dev.muster.controller.session.AgentCommand.Refused;
import dev.muster.controller.session.AgentCommand.StartRun;
import dev.muster.controller.session.AgentCommand.StopRun;
import dev.muster.controller.session.AgentGateway;
import dev.muster.controller.session.AgentMessage;
import dev.muster.controller.session.AgentMessage.Registration;
import dev.muster.controller.session.AgentMessage.RunReport;
import dev.muster.controller.workload.RankState;
import dev.muster.controller.workload.RankStatus;
import dev.muster.controller.workload.RunPhase;
import dev.muster.scheduler.job.ResourceVector;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A host's agent by the rules that agents keep: one epoch of a job at a time, and dead when cut off for too long. */
final class FakeAgent {

    static final ResourceVector CAPACITY = ResourceVector.of(4, 32_000, 64L << 30);

    /** One attempt on this host. */
    static final class Run {
        final StartRun order;
        RunPhase phase = RunPhase.RUNNING;
        RankState ranks = RankState.RUNNING;

        private Run(StartRun order) {
            this.order = order;
        }

        boolean lives() {
            return phase != RunPhase.ENDED;
        }
    }

    private final String host;
    private final World world;
    private final Map<String, Run> runs = new TreeMap<>();
    private final Map<String, Long> fences = new HashMap<>();
    final List<AgentCommand> commands = new ArrayList<>();
    private AgentGateway.@Nullable Inbox inbox;
    private int life = 1;
    private int boot = 1;
    private boolean cut;
    private Optional<Instant> aloneSince = Optional.empty();
    boolean obeysStops = true;
    boolean startsSlowly;

    /** What the agent sees of the world. */
    interface World {
        AgentGateway.Inbox connect(AgentGateway.Outbox outbox);

        Instant now();

        void started(FakeAgent agent, StartRun order);

        /** Accelerators were given to one job that another still uses. */
        void overbooked(FakeAgent agent, StartRun order);
    }

    FakeAgent(String host, World world) {
        this.host = host;
        this.world = world;
    }

    String host() {
        return host;
    }

    List<Run> live() {
        return runs.values().stream().filter(Run::lives).toList();
    }

    boolean runs(String jobUid, long epoch) {
        Run run = runs.get(key(jobUid, epoch));
        return run != null && run.lives();
    }

    private static String key(String jobUid, long epoch) {
        return jobUid + "/" + epoch;
    }

    <C extends AgentCommand> List<C> heard(Class<C> kind) {
        return commands.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    // ---- the connection

    boolean isConnected() {
        return inbox != null && !cut;
    }

    void connect() {
        cut = false;
        aloneSince = Optional.empty();
        Line line = new Line();
        line.opened = world.connect(line);
        inbox = line.opened;
        say(registration());
    }

    private final class Line implements AgentGateway.Outbox {
        private AgentGateway.@Nullable Inbox opened;

        private boolean isMine() {
            return opened != null && opened == inbox && !cut;
        }

        @Override
        public void send(AgentCommand command) {
            if (isMine()) {
                take(command);
            }
        }

        @Override
        public void close() {
            if (isMine()) {
                inbox = null;
                alone();
            }
        }

        @Override
        public String peer() {
            return host + ":1";
        }
    }

    private Registration registration() {
        return new Registration(
                host,
                host + "-life-" + life,
                host + "-boot-" + boot,
                "1.0",
                host,
                List.of(),
                CAPACITY,
                Optional.empty(),
                List.of(),
                runs.values().stream().map(FakeAgent::report).toList(),
                Collections.emptySortedMap());
    }

    /** The stream breaks and both sides know. */
    void disconnect() {
        AgentGateway.Inbox open = inbox;
        inbox = null;
        alone();
        if (open != null && !cut) {
            open.closed("reset");
        }
    }

    /** Nothing gets through any more, and nobody is told. */
    void cutOff() {
        cut = true;
        alone();
    }

    private void alone() {
        aloneSince = aloneSince.or(() -> Optional.of(world.now()));
    }

    /** Finds its way back, in the same life. */
    void comeBack() {
        AgentGateway.Inbox old = inbox;
        connect();
        if (old != null) {
            old.closed("reset");
        }
    }

    /** The agent dies and its ranks with it; it comes back as another life. */
    void dieAndReturn() {
        die();
        connect();
    }

    void die() {
        disconnect();
        runs.clear();
        fences.clear();
        life++;
    }

    void beginAnotherLife() {
        life++;
    }

    void reboot() {
        die();
        life--;
        boot++;
        connect();
    }

    void forgetConnection() {
        inbox = null;
        alone();
    }

    void heartbeat() {
        if (isConnected()) {
            say(new AgentMessage.Heartbeat(1));
        }
        aloneSince.ifPresent(since -> {
            for (Run run : live()) {
                if (!world.now().isBefore(since.plus(run.order.isolationTimeout()))) {
                    end(run, RankState.STOPPED);
                }
            }
        });
    }

    void say(AgentMessage message) {
        AgentGateway.Inbox open = inbox;
        if (open != null && !cut) {
            open.on(message);
        }
    }

    // ---- runs

    private void take(AgentCommand command) {
        commands.add(command);
        if (command instanceof StartRun start) {
            start(start);
        } else if (command instanceof StopRun stop) {
            stop(stop);
        } else if (command instanceof ForgetRun forget) {
            Run run = runs.get(key(forget.jobUid(), forget.epoch()));
            if (run != null && !run.lives()) {
                runs.remove(key(forget.jobUid(), forget.epoch()));
            }
        } else if (command instanceof Refused) {
            inbox = null;
            alone();
        }
    }

    private void start(StartRun order) {
        Run known = runs.get(key(order.jobUid(), order.epoch()));
        if (known != null) {
            say(report(known));
            return;
        }
        Run run = new Run(order);
        if (fences.getOrDefault(order.jobUid(), 0L) >= order.epoch()) {
            refuse(run);
            return;
        }
        fences.put(order.jobUid(), order.epoch());
        for (Run older : live()) {
            if (older.order.jobUid().equals(order.jobUid())) {
                end(older, RankState.STOPPED);
            }
        }
        long taken =
                live().stream().mapToLong(live -> live.order.accelerators()).sum();
        if (taken + order.accelerators() > CAPACITY.amount(ResourceVector.ACCELERATORS)) {
            world.overbooked(this, order);
            refuse(run);
            return;
        }
        runs.put(key(order.jobUid(), order.epoch()), run);
        run.phase = startsSlowly ? RunPhase.STARTING : RunPhase.RUNNING;
        world.started(this, order);
        say(report(run));
    }

    private void refuse(Run run) {
        run.phase = RunPhase.ENDED;
        run.ranks = RankState.FAILED;
        runs.put(key(run.order.jobUid(), run.order.epoch()), run);
        say(report(run));
    }

    private void stop(StopRun order) {
        Run run = runs.get(key(order.jobUid(), order.epoch()));
        if (run == null) {
            fences.merge(order.jobUid(), order.epoch(), Math::max);
            say(new RunReport(order.jobUid(), order.epoch(), RunPhase.ENDED, List.of(), "not known on this host"));
        } else if (!run.lives()) {
            say(report(run));
        } else if (obeysStops) {
            end(run, RankState.STOPPED);
        } else {
            run.phase = RunPhase.STOPPING;
            say(report(run));
        }
    }

    /** What was told to stop and did not at once now does. */
    void finishStops() {
        obeysStops = true;
        for (Run run : live()) {
            if (run.phase == RunPhase.STOPPING) {
                end(run, RankState.STOPPED);
            }
        }
    }

    void end(Run run, RankState how) {
        run.phase = RunPhase.ENDED;
        run.ranks = how;
        say(report(run));
    }

    void endAll(RankState how) {
        live().forEach(run -> end(run, how));
    }

    void finishStarts() {
        startsSlowly = false;
        for (Run run : live()) {
            if (run.phase == RunPhase.STARTING) {
                run.phase = RunPhase.RUNNING;
                say(report(run));
            }
        }
    }

    /** Says everything once more, as an agent that is not sure to have been heard. */
    void repeatReports() {
        runs.values().forEach(run -> say(report(run)));
    }

    static RunReport report(Run run) {
        List<RankStatus> ranks = new ArrayList<>();
        for (int rank = 0; rank < run.order.ranks(); rank++) {
            int exitCode = run.ranks == RankState.FAILED ? 1 : 0;
            ranks.add(new RankStatus(run.order.firstRank() + rank, run.ranks, exitCode, "", List.of()));
        }
        return new RunReport(run.order.jobUid(), run.order.epoch(), run.phase, ranks, "");
    }
}
