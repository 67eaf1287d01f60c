package dev.muster.agent.main;

import dev.muster.agent.session.Outbox;
import dev.muster.agent.task.PodProgress;
import dev.muster.agent.time.Clocks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks every second at how far the pods of this node have come. */
final class PodWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PodWatch.class);

    private final PodProgress pods;
    private final Clocks clocks;
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "pods");
        thread.setDaemon(true);
        return thread;
    });
    private boolean readable = true;

    PodWatch(Path folder, Outbox outbox, Clocks clocks) {
        this.pods = new PodProgress(folder, outbox::podProgressed);
        this.clocks = clocks;
    }

    void begin() {
        var unused = executor.scheduleWithFixedDelay(this::look, 0, 1, TimeUnit.SECONDS);
    }

    private void look() {
        try {
            pods.look(clocks.wallMillis());
            readable = true;
        } catch (IOException | RuntimeException e) {
            if (readable) {
                LOG.warn(
                        "the folder of pods cannot be read, so their progress is not told: {}; trying again",
                        e.toString());
            }
            readable = false;
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
