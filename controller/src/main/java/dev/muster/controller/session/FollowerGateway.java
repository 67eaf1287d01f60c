package dev.muster.controller.session;

import java.util.Optional;
import java.util.function.Supplier;

/** How a controller that follows meets agents: it says where the leader is and takes nothing. */
public final class FollowerGateway implements AgentGateway {

    private final Supplier<Optional<String>> leader;

    /** @param leader where the leader is, as far as that is known */
    public FollowerGateway(Supplier<Optional<String>> leader) {
        this.leader = leader;
    }

    @Override
    public Inbox connect(Outbox outbox) {
        return new Inbox() {
            @Override
            public void on(AgentMessage message) {
                if (message instanceof AgentMessage.Registration) {
                    outbox.send(new AgentCommand.NotLeading(leader.get()));
                    outbox.close();
                }
            }

            @Override
            public void closed(String why) {}
        };
    }
}
