package dev.muster.agent.main;

import java.io.IOException;
import java.io.InputStream;

/** Ends the program when whoever started it is gone: it holds the other end of standard input. */
final class ParentWatch {

    private ParentWatch() {}

    static void exitWhenGone(InputStream fromParent) {
        Thread watch = new Thread(
                () -> {
                    try {
                        while (fromParent.read() >= 0) {
                            // Whatever it says, it lives.
                        }
                    } catch (IOException gone) {
                        // As good as closed.
                    }
                    System.exit(0);
                },
                "parent-watch");
        watch.setDaemon(true);
        watch.start();
    }
}
