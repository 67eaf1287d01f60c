package dev.muster.controller.session;

/** Counts what sessions do; called from any thread, never blocks. */
public interface SessionObserver {

    void heartbeat();

    void registration(boolean accepted);

    void hostLost();
}
