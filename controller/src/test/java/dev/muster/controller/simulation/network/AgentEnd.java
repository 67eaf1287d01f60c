package dev.muster.controller.simulation.network;

import dev.muster.controller.session.AgentCommand;

/** The agent's ear for one connection; hears nothing after its end. */
public interface AgentEnd {

    void received(Connection connection, AgentCommand command);

    void ended(Connection connection, String why);
}
