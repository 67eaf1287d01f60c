package dev.muster.controller.reliability;

import dev.muster.controller.goodput.GoodputReport;

/**
 * What came of a run.
 *
 * @param report of the real ledger
 * @param failures of hosts of the gang, of its spares and of the program
 * @param attempts how often the gang was placed
 */
public record ReliabilityOutcome(
        ReliabilitySettings settings, GoodputReport report, int failures, int attempts, EttrFormulas formulas) {

    public double ettr() {
        return report.effectiveTrainingTimeRatio().orElse(0);
    }
}
