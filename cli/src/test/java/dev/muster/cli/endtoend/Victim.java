package dev.muster.cli.endtoend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Supplier;

/**
 * A process that chaos befalls.
 *
 * @param kind each kind is struck as often, however many there are of it
 * @param present the process as it lives now
 * @param kill ends it without any grace
 * @param restart starts another in its place, without waiting for it
 */
record Victim(String kind, String name, Supplier<Process> present, Runnable kill, Runnable restart) {

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
