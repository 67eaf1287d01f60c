package dev.muster.controller.main;

import dev.muster.controller.metrics.Probe;
import dev.muster.controller.operations.FleetOperations;
import dev.muster.controller.operations.JobOperations;
import dev.muster.controller.session.AgentGateway;

/** What this controller is at the moment, to those who call: a leader or a follower. */
interface Role extends AutoCloseable {

    JobOperations jobs();

    FleetOperations fleet();

    AgentGateway agents();

    /** Whether it works. */
    Probe health();

    /** Whether it would serve a caller now, and as what. */
    Probe readiness();

    /** Ends what it runs; what is under way is done if that is still allowed. */
    @Override
    void close();
}
