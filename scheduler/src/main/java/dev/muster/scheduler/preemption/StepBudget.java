package dev.muster.scheduler.preemption;

import java.util.Optional;

/**
 * How much exact searches may do together, in steps of one gang on one host. Each search gets half of what those before it have left,
 * so that the first are as exact as can be and a cycle with many of them is bounded. Steps, not time: the same input must give the
 * same plans.
 */
public final class StepBudget {

    private static final long STEPS_OF_A_CYCLE = 200_000;

    private final Optional<StepBudget> whole;
    private long steps;

    private StepBudget(Optional<StepBudget> whole, long steps) {
        this.whole = whole;
        this.steps = steps;
    }

    /** For all searches of one cycle, or for one alone. */
    public static StepBudget ofCycle() {
        return of(STEPS_OF_A_CYCLE);
    }

    static StepBudget of(long steps) {
        return new StepBudget(Optional.empty(), steps);
    }

    /** For the next search: what it spends is spent here as well. */
    StepBudget half() {
        return new StepBudget(Optional.of(this), steps / 2);
    }

    boolean isUsedUp() {
        return steps <= 0;
    }

    void spend(long spent) {
        steps -= spent;
        whole.ifPresent(budget -> budget.spend(spent));
    }
}
