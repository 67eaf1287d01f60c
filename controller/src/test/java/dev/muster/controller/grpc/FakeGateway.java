package dev.muster.controller.grpc;

import dev.muster.controller.session.AgentGateway;
import dev.muster.controller.session.AgentMessage;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;

/** Remembers what came on each connection, and answers as the test says. */
final class FakeGateway implements AgentGateway {

    final List<Connection> connections = new CopyOnWriteArrayList<>();
    volatile BiConsumer<Outbox, AgentMessage> answer = (outbox, message) -> {};

    @Override
    public Inbox connect(Outbox outbox) {
        Connection connection = new Connection(outbox);
        connections.add(connection);
        return connection;
    }

    final class Connection implements Inbox {
        final Outbox outbox;
        final List<AgentMessage> heard = new CopyOnWriteArrayList<>();
        final List<String> closed = new CopyOnWriteArrayList<>();

        Connection(Outbox outbox) {
            this.outbox = outbox;
        }

        @Override
        public void on(AgentMessage message) {
            heard.add(message);
            answer.accept(outbox, message);
        }

        @Override
        public void closed(String why) {
            closed.add(why);
        }
    }
}
