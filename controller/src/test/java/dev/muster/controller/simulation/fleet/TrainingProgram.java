package dev.muster.controller.simulation.fleet;

/**
 * How a job's program behaves.
 *
 * @param steps after which it has finished
 * @param checkpointEvery so many steps
 * @param crashing the chance of a crash in each step
 * @param hangs whether ranks that lose a peer wait for ever; else they crash after a while
 * @param ignoresTerm whether only a kill ends it
 * @param saves whether it saves a checkpoint when signalled
 * @param exitsAfterSave whether it then exits, with code 0
 */
public record TrainingProgram(
        int steps,
        int stepMillis,
        int checkpointEvery,
        double crashing,
        boolean hangs,
        boolean ignoresTerm,
        boolean saves,
        boolean exitsAfterSave) {}
