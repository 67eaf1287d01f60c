package dev.muster.controller.store;

/** A running watch. */
public interface Watch extends AutoCloseable {

    /** Ends it without a word to the listener. A call that is on its way may still arrive; none begins afterwards. */
    @Override
    void close();
}
