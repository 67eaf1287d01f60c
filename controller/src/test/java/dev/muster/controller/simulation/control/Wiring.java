package dev.muster.controller.simulation.control;

import dev.muster.controller.election.Leadership;
import dev.muster.controller.session.AgentGateway;
import dev.muster.controller.state.NodeRecord;
import dev.muster.controller.store.Condition;
import dev.muster.controller.store.Transaction;
import dev.muster.scheduler.cluster.ClusterSpec;
import dev.muster.scheduler.placement.GangPlacer;
import dev.muster.scheduler.placement.TreeGangPlacer;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

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

    /** What is asked of the store with each commit. */
    default Supplier<List<Condition>> fence(Leadership leadership) {
        return leadership::fence;
    }

    /** What the controller takes the cluster for. */
    default ClusterSpec shape(ClusterSpec real) {
        return real;
    }

    /** What is handed to the store of what was decided. */
    default Transaction written(Transaction decided) {
        return decided;
    }

    default AgentGateway gateway(AgentGateway real, ControllerCore core) {
        return real;
    }
}
