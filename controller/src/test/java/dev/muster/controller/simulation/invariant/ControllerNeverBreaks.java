package dev.muster.controller.simulation.invariant;

import dev.muster.controller.loop.FaultHandler.Fault;
import dev.muster.controller.loop.FaultHandler.Kind;

/** A controller gives up when the disk fails it or another one leads, and never because of itself. */
public final class ControllerNeverBreaks extends Invariant {

    @Override
    public void controllerFailed(Fault fault) {
        if (fault.kind() == Kind.OPERATION || fault.kind() == Kind.ACTION) {
            Violation violation = new Violation(name(), fault.message());
            violation.initCause(fault.cause());
            throw violation;
        }
    }
}
