package dev.muster.controller.simulation.network;

import dev.muster.controller.simulation.control.SimulatedController;
import dev.muster.controller.simulation.time.Chance;
import dev.muster.controller.simulation.time.Pipe;
import dev.muster.controller.simulation.time.Timeline;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The network between agents and controllers, and the fabric between hosts.
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
    private final Map<String, SimulatedController> controllers = new HashMap<>();
    private final Set<String> deafToAgents = new HashSet<>();
    private final Set<String> unheardByAgents = new HashSet<>();

    public SimulatedNetwork(Timeline timeline, Chance chance) {
        this.timeline = timeline;
        this.chance = chance;
    }

    // ---- connections

    /** Begins to connect to a controller; what is sent meanwhile follows. */
    public Connection open(String host, String controller, AgentEnd agent) {
        Connection connection = new Connection(this, host, controller, agent);
        soon(connection::knock);
        return connection;
    }

    /** From now on this life of a controller answers at its address; none while it is dead. */
    public void serve(SimulatedController next) {
        controllers.put(next.name(), next);
    }

    /** The controller is dead, and its connections with it. */
    public void died(String controller, boolean machineToo) {
        to(controller).forEach(connection -> connection.controllerDied(machineToo));
        connections.removeIf(connection -> connection.isTo(controller));
        controllers.remove(controller);
    }

    /** The controller ends all its streams in order. */
    public void endStreams(String controller) {
        to(controller).forEach(Connection::endedByController);
    }

    private List<Connection> to(String controller) {
        return connections.stream()
                .filter(connection -> connection.isTo(controller))
                .toList();
    }

    public void tear(String host) {
        List.copyOf(connections).stream()
                .filter(connection -> connection.is(host))
                .forEach(Connection::tear);
    }

    @Nullable
    SimulatedController controller(String name) {
        return controllers.get(name);
    }

    void established(Connection connection) {
        connections.add(connection);
    }

    void over(Connection connection) {
        connections.remove(connection);
    }

    Pipe pipe(BooleanSupplier blocked) {
        return new Pipe(timeline, chance, () -> latency.draw(chance), blocked);
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

    /** Cuts a controller off from all agents. */
    public void blockController(String controller, boolean toController, boolean toAgents) {
        if (toController) {
            deafToAgents.add(controller);
        }
        if (toAgents) {
            unheardByAgents.add(controller);
        }
    }

    public void unblockController(String controller) {
        deafToAgents.remove(controller);
        unheardByAgents.remove(controller);
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

    boolean isBlockedToController(String host, String controller) {
        return blockedToController.contains(host) || deafToAgents.contains(controller);
    }

    boolean isBlockedToAgent(String host, String controller) {
        return blockedToAgent.contains(host) || unheardByAgents.contains(controller);
    }
}
