package dev.muster.controller.simulation.network;

import dev.muster.controller.simulation.control.SimulatedController;
import dev.muster.controller.simulation.time.Chance;
import dev.muster.controller.simulation.time.Timeline;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The network between agents and the controller, and the fabric between hosts.
 *
 * <p>A stream never loses, doubles or reorders what it carries; only its end cuts it short. So a message comes twice when
 * it is sent on two streams, and two messages change places when they take two streams.
 */
public final class SimulatedNetwork {

    private final Timeline timeline;
    private final Chance chance;
    private final Latency latency = new Latency();
    private final List<Connection> connections = new ArrayList<>();
    private final Set<String> blockedToController = new HashSet<>();
    private final Set<String> blockedToAgent = new HashSet<>();
    private final Set<String> offFabric = new HashSet<>();
    private @Nullable SimulatedController controller;

    public SimulatedNetwork(Timeline timeline, Chance chance) {
        this.timeline = timeline;
        this.chance = chance;
    }

    // ---- connections

    /** Begins to connect; what is sent meanwhile follows. */
    public Connection open(String host, AgentEnd agent) {
        Connection connection = new Connection(this, host, agent);
        soon(connection::knock);
        return connection;
    }

    /** From now on this controller answers; none while it is dead. */
    public void serve(SimulatedController next) {
        controller = next;
    }

    /** The controller that answered is dead, and its connections with it. */
    public void controllerDied(boolean machineToo) {
        List.copyOf(connections).forEach(connection -> connection.controllerDied(machineToo));
        connections.clear();
        controller = null;
    }

    public void tear(String host) {
        List.copyOf(connections).stream()
                .filter(connection -> connection.is(host))
                .forEach(Connection::tear);
    }

    @Nullable
    SimulatedController controller() {
        return controller;
    }

    void established(Connection connection) {
        connections.add(connection);
    }

    void over(Connection connection) {
        connections.remove(connection);
    }

    Pipe pipe(BooleanSupplier blocked) {
        return new Pipe(timeline, chance, latency, blocked);
    }

    void soon(Runnable event) {
        timeline.after(latency.draw(chance), event);
    }

    void afterRetransmission(Runnable event) {
        timeline.after(chance.millis(1_000, 1_100), event);
    }

    // ---- what gets through

    public Latency latency() {
        return latency;
    }

    public void block(String host, boolean toController, boolean toAgent) {
        if (toController) {
            blockedToController.add(host);
        }
        if (toAgent) {
            blockedToAgent.add(host);
        }
    }

    public void unblock(String host) {
        blockedToController.remove(host);
        blockedToAgent.remove(host);
    }

    /** Cuts a host off from the other hosts, or brings it back. */
    public void onFabric(String host, boolean on) {
        if (on) {
            offFabric.remove(host);
        } else {
            offFabric.add(host);
        }
    }

    /** Whether the ranks on these hosts reach each other. */
    public boolean reachEachOther(Set<String> hosts) {
        return hosts.size() < 2 || hosts.stream().noneMatch(offFabric::contains);
    }

    boolean isBlockedToController(String host) {
        return blockedToController.contains(host);
    }

    boolean isBlockedToAgent(String host) {
        return blockedToAgent.contains(host);
    }
}
