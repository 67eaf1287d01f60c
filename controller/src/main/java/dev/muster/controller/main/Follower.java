package dev.muster.controller.main;

import dev.muster.controller.metrics.Probe;
import dev.muster.controller.operations.FleetOperations;
import dev.muster.controller.operations.FollowerFleet;
import dev.muster.controller.operations.FollowerJobs;
import dev.muster.controller.operations.JobOperations;
import dev.muster.controller.session.AgentGateway;
import dev.muster.controller.session.FollowerGateway;
import java.util.Optional;
import java.util.function.Supplier;

/** What a controller is while another leads, or none. */
final class Follower implements Role {

    private final Supplier<Optional<String>> leader;
    private final Supplier<Optional<String>> awaited;
    private final JobOperations jobs;
    private final FleetOperations fleet;
    private final AgentGateway agents;

    /**
     * One of several controllers.
     *
     * @param leader where the leader is, as far as that is known
     * @param awaited what this controller waits for before it can know, if anything
     */
    Follower(Supplier<Optional<String>> leader, Supplier<Optional<String>> awaited) {
        this.leader = leader;
        this.awaited = awaited;
        jobs = new FollowerJobs(leader);
        fleet = new FollowerFleet(leader);
        agents = new FollowerGateway(leader);
    }

    @Override
    public JobOperations jobs() {
        return jobs;
    }

    @Override
    public FleetOperations fleet() {
        return fleet;
    }

    @Override
    public AgentGateway agents() {
        return agents;
    }

    @Override
    public Probe health() {
        return Probe.ok("follows");
    }

    @Override
    public Probe readiness() {
        return leader.get()
                .map(address -> Probe.ok("ready as a follower; " + address + " leads"))
                .orElseGet(() -> Probe.failing(awaited.get().orElse("no controller leads yet")));
    }

    @Override
    public void close() {}
}
