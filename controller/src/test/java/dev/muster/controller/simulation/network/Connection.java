package dev.muster.controller.simulation.network;

import dev.muster.controller.session.AgentCommand;
import dev.muster.controller.session.AgentGateway;
import dev.muster.controller.session.AgentMessage;
import dev.muster.controller.simulation.control.SimulatedController;
import dev.muster.controller.simulation.time.Pipe;
import org.jspecify.annotations.Nullable;

/**
 * One stream between an agent and a controller. Either side may believe in it while the other has long given it up: each
 * learns of an end only by what gets through.
 */
public final class Connection {

    private final SimulatedNetwork network;
    private final String host;
    private final String address;
    private final AgentEnd agent;
    private final Pipe toController;
    private final Pipe toAgent;
    private final AgentGateway.Outbox controllerSide = new ControllerSide();
    private @Nullable SimulatedController controller;
    private AgentGateway.@Nullable Inbox inbox;
    private boolean closedByAgent;
    private boolean closedByController;

    Connection(SimulatedNetwork network, String host, String address, AgentEnd agent) {
        this.network = network;
        this.host = host;
        this.address = address;
        this.agent = agent;
        toController = network.pipe(() -> controller == null || network.isBlockedToController(host, address));
        toAgent = network.pipe(() -> network.isBlockedToAgent(host, address));
    }

    /** Asks until the machine answers or the agent gives up. */
    void knock() {
        if (closedByAgent) {
            return;
        }
        if (network.isBlockedToController(host, address) || network.isBlockedToAgent(host, address)) {
            network.afterRetransmission(this::knock);
            return;
        }
        SimulatedController answering = network.controller(address);
        if (answering == null || answering.isDead()) {
            toController.discard();
            tellAgent("connection refused");
        } else {
            controller = answering;
            network.established(this);
        }
    }

    // ---- the agent's side

    /** Whether the controller's machine has answered. */
    public boolean isEstablished() {
        return controller != null;
    }

    public void send(AgentMessage message) {
        if (!closedByAgent) {
            toController.send(() -> deliver(message));
        }
    }

    /** The agent gives it up and hears nothing more of it. */
    public void close() {
        if (!closedByAgent) {
            closedByAgent = true;
            toAgent.discard();
            if (controller == null) {
                toController.discard();
            } else {
                toController.reset(() -> tellController("the connection closed"));
            }
        }
    }

    private void tellAgent(String why) {
        if (!closedByAgent) {
            closedByAgent = true;
            agent.ended(this, why);
        }
    }

    private void hear(AgentCommand command) {
        if (!closedByAgent) {
            agent.received(this, command);
        }
    }

    // ---- the controller's side

    private void deliver(AgentMessage message) {
        SimulatedController alive = controller;
        if (closedByController || alive == null) {
            return;
        }
        if (message instanceof AgentMessage.Heartbeat) {
            alive.hearQuietly(() -> take(alive, message));
        } else {
            alive.hear(() -> take(alive, message));
        }
    }

    private void take(SimulatedController alive, AgentMessage message) {
        if (closedByController) {
            return;
        }
        if (inbox == null) {
            inbox = alive.gateway().connect(controllerSide);
        }
        inbox.on(message);
    }

    private void tellController(String why) {
        SimulatedController alive = controller;
        if (closedByController || alive == null) {
            return;
        }
        alive.hear(() -> {
            if (!closedByController) {
                closedByController = true;
                network.over(this);
                if (inbox != null) {
                    inbox.closed(why);
                }
            }
        });
    }

    private final class ControllerSide implements AgentGateway.Outbox {
        @Override
        public void send(AgentCommand command) {
            if (!closedByController) {
                toAgent.send(() -> hear(command));
            }
        }

        @Override
        public void close() {
            endedByController();
        }

        @Override
        public String peer() {
            return host;
        }
    }

    void endedByController() {
        toAgent.finish(() -> tellAgent("the controller ended the stream"));
        network.soon(() -> {
            tellController("the controller ended the stream");
            toController.discard();
        });
    }

    // ---- from outside

    boolean isTo(String controllerAddress) {
        return address.equals(controllerAddress);
    }

    boolean is(String ofHost) {
        return host.equals(ofHost);
    }

    /** Something between the two tears it. */
    void tear() {
        toAgent.reset(() -> tellAgent("connection reset"));
        toController.reset(() -> tellController("connection reset"));
    }

    /** The controller's process is dead; when its whole machine is, nobody tells the agent. */
    void controllerDied(boolean machineToo) {
        toController.discard();
        if (machineToo) {
            toAgent.discard();
        } else {
            toAgent.reset(() -> tellAgent("connection reset by peer"));
        }
    }
}
