package dev.muster.scheduler.simulation;

import java.util.function.LongSupplier;

/**
 * Runs a scenario on virtual time through the scheduling cycle.
 *
 * <p>At one moment: jobs end; then hosts change; then jobs are submitted in the order of the file; then cycles run until one changes
 * nothing, at most a hundred. A job that was preempted, or whose gang could not be repaired, waits again with its first submission time
 * and runs its whole duration anew.
 */
public final class ScenarioSimulator {

    private final LongSupplier nanoTicker;

    /** @param nanoTicker for measuring decisions only */
    public ScenarioSimulator(LongSupplier nanoTicker) {
        this.nanoTicker = nanoTicker;
    }

    public ScenarioOutcome run(Scenario scenario) {
        return new ScenarioRun(scenario, nanoTicker).run();
    }
}
