package dev.muster.controller.session;

/** Where transports hand in agents: one {@link #connect} per stream. */
public interface AgentGateway {

    /** The transport calls this when a stream opens, and then passes everything to what it returns. */
    Inbox connect(Outbox outbox);

    /** The controller's ear for one stream; calls may come from any thread, in the order of the stream. */
    interface Inbox {
        void on(AgentMessage message);

        /** The stream has ended, however; called once. */
        void closed(String why);
    }

    /** The controller's mouth for one stream. Never blocks; a stream that cannot keep up is closed. */
    interface Outbox {
        void send(AgentCommand command);

        /** Ends the stream after what was sent. */
        void close();

        /** For people: the peer's address. */
        String peer();
    }
}
