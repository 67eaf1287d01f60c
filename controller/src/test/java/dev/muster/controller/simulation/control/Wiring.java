package dev.muster.controller.simulation.control;

import dev.muster.controller.session.AgentGateway;
import dev.muster.controller.state.NodeRecord;
import dev.muster.scheduler.placement.GangPlacer;
import dev.muster.scheduler.placement.TreeGangPlacer;
import java.time.Duration;

/** What of a controller can be put together differently, which is where tests plant bugs. */
public interface Wiring {

    /** As {@code main} does it. */
    Wiring AS_IN_MAIN = new Wiring() {};

    default GangPlacer placer() {
        return new TreeGangPlacer();
    }

    /** How long timers wait for a lost host's ranks to be dead, where a job does not say. */
    default Duration isolationTimeout(Duration whatAgentsAreTold) {
        return whatAgentsAreTold;
    }

    /** A stored host as it lies in the fabric of now. */
    default NodeRecord placed(NodeRecord stored) {
        return stored;
    }

    default AgentGateway gateway(AgentGateway real, ControllerCore core) {
        return real;
    }
}
