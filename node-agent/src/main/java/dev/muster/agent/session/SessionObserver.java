package dev.muster.agent.session;

/** Hears what happens on the session, for metrics. Called from the session's thread; must return at once. */
public interface SessionObserver {
    void registered();

    void disconnected();

    void heartbeatSent();

    void heartbeatAcknowledged(long roundTripNanos);

    void isolationKill();
}
