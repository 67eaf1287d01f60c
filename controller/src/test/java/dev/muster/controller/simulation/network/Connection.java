package dev.muster.controller.simulation.network;

import dev.muster.controller.session.AgentCommand;
import dev.muster.controller.session.AgentGateway;
import dev.muster.controller.session.AgentMessage;
import dev.muster.controller.simulation.control.SimulatedController;
import org.jspecify.annotations.Nullable;

/**
 * One stream between an agent and a controller. Either side may believe in it while the other has long given it up: each
 * learns of an end only by what gets through.
 */
public final class Connection {

    private final SimulatedNetwork network;
    private final String host;
    private final AgentEnd agent;
    private final Pipe toController;
    private final Pipe toAgent;
    private final AgentGateway.Outbox controllerSide = new ControllerSide();
    private @Nullable SimulatedController controller;
    private AgentGateway.@Nullable Inbox inbox;
    private boolean closedByAgent;
    private boolean closedByController;

    Connection(SimulatedNetwork network, String host, AgentEnd agent) {
        this.network = network;
        this.host = host;
        this.agent = agent;
        toController = network.pipe(() -> controller == null || network.isBlockedToController(host));
        toAgent = network.pipe(() -> network.isBlockedToAgent(host));
    }

    /** Asks until the machine answers or the agent gives up. */
    void knock() {
        if (closedByAgent) {
            return;
        }
        if (network.isBlockedToController(host) || network.isBlockedToAgent(host)) {
            network.afterRetransmission(this::knock);
            return;
        }
        SimulatedController answering = network.controller();
        if (answering == null || answering.isDead()) {
            toController.discard();
            tellAgent("connection refused");
        } else {
            controller = answering;
            network.established(this);
        }
    }

    // ---- the agent's side

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
        if (closedByController || alive == null || alive.isDead()) {
            return;
        }
        if (inbox == null) {
            inbox = alive.gateway().connect(controllerSide);
        }
        inbox.on(message);
        if (!(message instanceof AgentMessage.Heartbeat)) {
            alive.wake();
        }
    }

    private void tellController(String why) {
        SimulatedController alive = controller;
        if (closedByController || alive == null || alive.isDead()) {
            return;
        }
        closedByController = true;
        network.over(this);
        if (inbox != null) {
            inbox.closed(why);
            alive.wake();
        }
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
            toAgent.finish(() -> tellAgent("the controller ended the stream"));
            network.soon(() -> {
                tellController("the controller ended the stream");
                toController.discard();
            });
        }

        @Override
        public String peer() {
            return host;
        }
    }

    // ---- from outside

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
