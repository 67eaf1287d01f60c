package dev.muster.controller.loop;

/** Hears how the loop is doing, on the loop's thread; for metrics. Must be quick. */
public interface LoopListener {

    /** For those who do not listen. */
    LoopListener NONE = new LoopListener() {};

    /** One turn is over. */
    default void onTurn(long micros, int operations, int queueDepth) {}

    /** One operation has run (or refused). */
    default void onOperation(String name, long micros, boolean refused) {}

    /** One transaction is durable; the time since it was handed to the store. */
    default void onCommit(long micros, int writes) {}

    /** An operation was turned away because too much was waiting. */
    default void onBusy(String name) {}
}
