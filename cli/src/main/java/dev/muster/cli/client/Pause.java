package dev.muster.cli.client;

import java.time.Duration;

/** Lets time pass between two attempts; tests let none pass. */
@FunctionalInterface
public interface Pause {

    void pause(Duration duration) throws InterruptedException;

    /** Waits for real. */
    static Pause real() {
        return duration -> Thread.sleep(duration.toMillis());
    }
}
