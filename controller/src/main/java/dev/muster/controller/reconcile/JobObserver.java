package dev.muster.controller.reconcile;

import dev.muster.controller.state.StopCause;
import java.time.Duration;

/** Counts what happens to jobs, once it is durable; called on the loop thread, never blocks. */
public interface JobObserver {

    /** The first attempt of a job was placed after this long. */
    void firstPlaced(String queue, Duration waited);

    /** An attempt has stopped and the job needs another. */
    void restarting(StopCause.Kind cause);
}
