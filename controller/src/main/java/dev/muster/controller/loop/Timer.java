package dev.muster.controller.loop;

/** An operation that is yet to come. */
public interface Timer {

    /** Answers whether that kept the operation from running; harmless when repeated. */
    boolean cancel();
}
