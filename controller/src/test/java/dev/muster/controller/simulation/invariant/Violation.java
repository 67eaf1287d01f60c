package dev.muster.controller.simulation.invariant;

/** An invariant does not hold. */
public final class Violation extends AssertionError {

    private static final long serialVersionUID = 1L;

    private final String invariant;

    public Violation(String invariant, String message) {
        super(invariant + ": " + message);
        this.invariant = invariant;
    }

    /** The name of the broken invariant. */
    public String invariant() {
        return invariant;
    }
}
