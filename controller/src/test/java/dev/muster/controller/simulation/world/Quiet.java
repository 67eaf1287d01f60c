package dev.muster.controller.simulation.world;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Keeps what controllers log out of the tests' output. */
final class Quiet {

    /** Held here so that their levels stay set. */
    private final List<Logger> loggers =
            List.of(Logger.getLogger("dev.muster.job"), Logger.getLogger("dev.muster.controller"));

    void begin() {
        loggers.forEach(logger -> logger.setLevel(Level.OFF));
    }

    void end() {
        loggers.forEach(logger -> logger.setLevel(null));
    }
}
