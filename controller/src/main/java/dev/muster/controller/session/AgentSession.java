package dev.muster.controller.session;

import dev.muster.controller.session.AgentMessage.Heartbeat;
import dev.muster.controller.session.AgentMessage.LogChunk;
import dev.muster.controller.session.AgentMessage.Registration;
import java.util.Optional;

/**
 * One stream of one agent. Heartbeats are answered right here, on the transport's thread, so that a fleet's heartbeats
 * never queue behind decisions; everything else goes to the loop.
 */
final class AgentSession implements AgentGateway.Inbox {

    private final AgentGateway.Outbox outbox;
    private final AgentSessions sessions;
    private volatile long lastHeardNanos;
    private volatile Optional<Registration> registration = Optional.empty();
    private volatile boolean open = true;

    AgentSession(AgentGateway.Outbox outbox, AgentSessions sessions) {
        this.outbox = outbox;
        this.sessions = sessions;
        this.lastHeardNanos = sessions.nanoTicker().getAsLong();
    }

    @Override
    public void on(AgentMessage message) {
        lastHeardNanos = sessions.nanoTicker().getAsLong();
        if (message instanceof Heartbeat heartbeat) {
            sessions.observer().heartbeat();
            // An old leader must not keep ranks alive that a new one counts as dead.
            if (open && sessions.leadership().isHeld()) {
                outbox.send(new AgentCommand.HeartbeatAck(heartbeat.sequence()));
            }
        } else if (message instanceof Registration registered) {
            sessions.register(this, registered);
        } else if (message instanceof LogChunk chunk) {
            sessions.logs().chunk(this, chunk);
        } else {
            sessions.deliver(this, message);
        }
    }

    @Override
    public void closed(String why) {
        open = false;
        sessions.closed(this, why);
    }

    void accept(Registration accepted) {
        registration = Optional.of(accepted);
    }

    void send(AgentCommand command) {
        if (open) {
            outbox.send(command);
        }
    }

    void refuse(String reason, boolean retry) {
        send(new AgentCommand.Refused(reason, retry));
        close();
    }

    void close() {
        open = false;
        outbox.close();
    }

    Optional<Registration> registration() {
        return registration;
    }

    String peer() {
        return outbox.peer();
    }

    /** On the registry's monotonic ticker. */
    long lastHeardNanos() {
        return lastHeardNanos;
    }
}
