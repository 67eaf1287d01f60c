package dev.muster.controller.simulation.control;

import dev.muster.controller.election.Candidate;
import dev.muster.controller.election.Election;
import dev.muster.controller.election.Leadership;
import dev.muster.controller.loop.FaultHandler.Fault;
import dev.muster.controller.loop.FaultHandler.Kind;
import dev.muster.controller.session.AgentGateway;
import dev.muster.controller.session.FollowerGateway;
import dev.muster.controller.session.SessionSettings;
import dev.muster.controller.simulation.disk.SimulatedDisk;
import dev.muster.controller.simulation.disk.StoreConnection;
import dev.muster.controller.simulation.time.Chance;
import dev.muster.controller.simulation.time.MachineClock;
import dev.muster.controller.simulation.time.SimulatedProcess;
import dev.muster.controller.simulation.time.SimulatedThread;
import dev.muster.controller.simulation.time.Timeline;
import dev.muster.scheduler.cluster.ClusterSpec;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * One life of a controller's process. On a disk of its own it leads at once; on a shared store it stands in the real
 * election, and when the lead is lost all that decided is thrown away and it follows, as {@code main} does it.
 */
public final class SimulatedController implements Election.Listener {

    private static final Duration PATIENCE_WITH_A_SHARED_STORE = Duration.ofSeconds(5);
    private static final Duration STOP_GRACE = Duration.ofSeconds(2);

    /** What all lives of it have in common. */
    public record Machine(
            String name,
            boolean shared,
            Timeline timeline,
            MachineClock clock,
            Chance chance,
            SimulatedDisk disk,
            ClusterSpec shape,
            SessionSettings settings,
            Wiring wiring,
            Supplier<String> uids,
            ControllerCore.Restarts restarts) {}

    /** Hears what becomes of a life. */
    public interface Listener {
        /** Something failed its loop, for whatever reason. */
        void failed(SimulatedController controller, Fault fault);

        /** Its process is over without anybody having killed it. */
        void ended(SimulatedController controller);

        /** All its streams end in order. */
        void endsStreams(SimulatedController controller);

        /** Nothing waits in its loop, and nothing is on its way to the store. */
        void atRest(SimulatedLeader leader);
    }

    private final Machine machine;
    private final Chance chance;
    private final Listener listener;
    private final SimulatedProcess process;
    private final SimulatedThread transport;
    private final SimulatedThread roles;
    private final StoreConnection store;
    private final Optional<Election> election;
    private final AgentGateway follower = new FollowerGateway(() -> this.leaderAddress);
    private Optional<String> leaderAddress = Optional.empty();
    private Optional<SimulatedLeader> leader = Optional.empty();
    private boolean stopping;

    /**
     * Begins a life from what the store holds.
     *
     * @param life the how-manieth of the machine
     */
    public SimulatedController(Machine machine, int life, Listener listener) {
        this.machine = machine;
        this.listener = listener;
        chance = machine.chance().apart();
        process = new SimulatedProcess(machine.timeline(), chance.apart());
        transport = process.thread();
        roles = process.thread();
        store = machine.disk()
                .connect(process, machine.shared() ? Optional.of(PATIENCE_WITH_A_SHARED_STORE) : Optional.empty());
        Candidate self = new Candidate(machine.name() + " life " + life, machine.name());
        if (machine.shared()) {
            SimulatedThread electionThread = process.thread();
            election = Optional.of(
                    new Election(store, self, Election.Settings.DEFAULT, electionThread::after, process, this));
            election.get().begin();
        } else {
            election = Optional.empty();
            begin(Leadership.take(machine.disk().atOnce(), self.identity()).join());
        }
    }

    private void begin(Leadership leadership) {
        leader = Optional.of(new SimulatedLeader(
                machine, process, store, leadership, fault -> onFault(leadership, fault), listener::atRest));
        store.onAnswer(() -> leader.ifPresent(SimulatedLeader::wake));
    }

    private void onFault(Leadership leadership, Fault fault) {
        listener.failed(this, fault);
        if (election.isPresent() && (fault.kind() == Kind.STORE || fault.kind() == Kind.CONFLICT)) {
            election.get().stepDown(leadership, fault.message());
        } else {
            kill();
            listener.ended(this);
        }
    }

    // ---- roles

    @Override
    public void othersLead(Optional<Candidate> other) {
        leaderAddress = other.flatMap(Candidate::reachableAt);
    }

    @Override
    public void elected(Leadership leadership) {
        leaderAddress = Optional.empty();
        roles.after(chance.millis(5, chance.happens(0.1) ? 5_000 : 300), () -> lead(leadership));
    }

    private void lead(Leadership leadership) {
        if (stopping || !leadership.isHeld()) {
            return;
        }
        if (store.isCut()) {
            election.ifPresent(standing -> standing.stepDown(leadership, "the stored state was not read in time"));
        } else {
            begin(leadership);
        }
    }

    @Override
    public void lost(String why) {
        roles.run(this::follow);
    }

    private void follow() {
        store.decidesIn(0, UnaryOperator.identity());
        leader.ifPresent(SimulatedLeader::end);
        leader = Optional.empty();
        listener.endsStreams(this);
    }

    // ---- what befalls it

    /** Ends it as it stands. */
    public void kill() {
        process.end();
        store.sever();
    }

    public boolean isDead() {
        return process.hasEnded();
    }

    /** It does nothing for a while; what is sent to it waits. */
    public void pause(boolean clockToo, Duration duration) {
        if (!process.isPaused() && !isDead()) {
            store.pauses();
            process.pause(clockToo);
            machine.timeline().after(duration, process::resume);
        }
    }

    /** Goes on at once, if it is paused. */
    public void resume() {
        process.resume();
    }

    /** Cuts it off from the store, or brings it back. */
    public void cutFromStore(boolean off) {
        store.cut(off);
    }

    /** Stops in order: finishes what is under way, gives up the lead, and ends. */
    public void stop() {
        roles.run(() -> {
            if (!stopping) {
                stopping = true;
                Runnable go = once(this::resign);
                leader.ifPresentOrElse(leading -> leading.finish(() -> roles.run(go)), go);
                roles.after(STOP_GRACE, go);
            }
        });
    }

    private void resign() {
        follow();
        Runnable end = once(() -> {
            kill();
            listener.ended(this);
        });
        if (election.isEmpty()) {
            end.run();
            return;
        }
        var unused = election.get().resign().whenComplete((done, failure) -> roles.run(end));
        roles.after(STOP_GRACE, end);
    }

    private static Runnable once(Runnable task) {
        boolean[] done = new boolean[1];
        return () -> {
            if (!done[0]) {
                done[0] = true;
                task.run();
            }
        };
    }

    // ---- its doors

    public String name() {
        return machine.name();
    }

    /** Empty while it follows, and once it is dead. */
    public Optional<SimulatedLeader> leader() {
        return isDead() ? Optional.empty() : leader;
    }

    /** Lets its transport do something, once it can. */
    public void hear(Runnable arrival) {
        transport.run(() -> {
            arrival.run();
            leader.ifPresent(SimulatedLeader::wake);
        });
    }

    /** A heartbeat is answered by the transport itself and wakes nobody. */
    public void hearQuietly(Runnable arrival) {
        transport.run(arrival);
    }

    /** Where a stream of an agent arrives, by the role of the moment. */
    public AgentGateway gateway() {
        return leader.map(SimulatedLeader::gateway).orElse(follower);
    }

    /** A call by a user or operator, which only a leader hears. */
    public void ask(Consumer<ControllerCore> question) {
        hear(() -> leader.ifPresent(leading -> question.accept(leading.core())));
    }
}
