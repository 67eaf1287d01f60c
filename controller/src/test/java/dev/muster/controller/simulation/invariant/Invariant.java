package dev.muster.controller.simulation.invariant;

import java.util.function.Supplier;

/** What must hold, told in its name. */
public abstract class Invariant implements Witness {

    public final String name() {
        return getClass().getSimpleName();
    }

    protected final void require(boolean holds, Supplier<String> otherwise) {
        if (!holds) {
            throw new Violation(name(), otherwise.get());
        }
    }
}
