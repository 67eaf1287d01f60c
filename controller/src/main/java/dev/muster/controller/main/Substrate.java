package dev.muster.controller.main;

import dev.muster.controller.model.Turn;
import dev.muster.controller.model.Turns.TurnListener;
import dev.muster.controller.operations.FleetOperations;
import dev.muster.controller.operations.JobOperations;
import dev.muster.controller.reconcile.JobReconciler;
import dev.muster.controller.reconcile.NodeReconciler;
import dev.muster.controller.session.AgentGateway;
import dev.muster.controller.session.HostReadings;
import dev.muster.controller.state.NodeRecord;
import dev.muster.controller.workload.RankLogs;
import dev.muster.controller.workload.WorkloadLauncher;
import java.time.Duration;
import java.util.Optional;

/**
 * What runs gangs and knows hosts: agents on bare metal, or Kubernetes. Made anew for each lead, in this order: {@link
 * #launcher}, {@link #connect}, everything else.
 */
interface Substrate extends AutoCloseable {

    WorkloadLauncher launcher();

    /** After how long a host that does not answer has ended its ranks by itself; empty where time proves nothing. */
    Optional<Duration> isolationTimeout();

    /** Takes up a host as the store has it, before anything is decided with it; throws when it does not go with the cluster. */
    NodeRecord takeUp(NodeRecord stored);

    /** Hears what each turn changed. */
    default Optional<TurnListener> listener() {
        return Optional.empty();
    }

    /** Whom to tell. */
    void connect(JobReconciler jobs, NodeReconciler nodes);

    AgentGateway agents();

    HostReadings readings();

    RankLogs logs();

    /** The records are taken up; from now on hosts are heard. On the loop's thread. */
    void resume(Turn turn);

    /** The core is there for users; from now on theirs is heard. Never on the loop's thread. */
    default void begin(JobOperations jobs, FleetOperations fleet) {}

    /** Hears no more; what runs goes on. */
    @Override
    void close();
}
