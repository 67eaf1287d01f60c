package dev.muster.controller.main;

import java.util.logging.LogManager;

/**
 * Keeps the log open until the process has gone. Java's own manager closes it when the process is told to stop, beside whatever
 * still has something to say about stopping.
 */
public final class LastingLogs extends LogManager {

    /** Also called by Java when the process stops; what goes to stderr needs no closing. */
    @Override
    public void reset() {}
}
