package dev.muster.cli.endtoend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * A process that chaos befalls.
 *
 * @param kind each kind is struck as often, however many there are of it
 * @param present the process as it lives now, or as it lived last
 * @param restart starts another in its place, without waiting for it
 * @param isBack whether it does its work again
 */
record Victim(Kind kind, String name, Supplier<Process> present, Runnable restart, BooleanSupplier isBack) {

    /** What a process is, and how many of its kind may be away at once. */
    enum Kind {
        AGENT(3),
        /** Both may be away: nothing is decided then, and nothing may be lost. */
        CONTROLLER(2),
        /** With two of three away there is no quorum; {@code OutageIT} is about that. */
        ETCD(1);

        private final int mostAway;

        Kind(int mostAway) {
            this.mostAway = mostAway;
        }

        int mostAway() {
            return mostAway;
        }
    }

    /** kill -9; returns once it is dead. */
    void kill() {
        try {
            if (!present.get().destroyForcibly().waitFor(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException(name + " lives on 10 s after kill -9");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** It stands still, and does not know. */
    void pause() {
        signal("STOP");
    }

    void resume() {
        signal("CONT");
    }

    private void signal(String signal) {
        try {
            int code = new ProcessBuilder(
                            "kill", "-" + signal, String.valueOf(present.get().pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
            if (code != 0) {
                throw new IllegalStateException("kill -" + signal + " " + name + " ended with " + code);
            }
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
