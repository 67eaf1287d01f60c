package dev.muster.controller.simulation.world;

import dev.muster.controller.loop.FaultHandler.Fault;
import dev.muster.controller.session.AgentCommand.StartRun;
import dev.muster.controller.simulation.invariant.Witness;
import dev.muster.controller.simulation.time.Chronicle;
import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.PlacementRecord;
import dev.muster.controller.state.PlacementRecord.HostAssignment;
import dev.muster.scheduler.job.JobKey;
import java.util.List;
import java.util.Optional;

/** Writes facts into the chronicle. */
final class Narrator implements Witness {

    private final Chronicle chronicle;

    Narrator(Chronicle chronicle) {
        this.chronicle = chronicle;
    }

    @Override
    public void ranksBegan(String host, StartRun order) {
        chronicle.tell(host + ": ranks of " + order.name() + "/" + order.epoch() + " begin");
    }

    @Override
    public void ranksEnded(String host, StartRun order, boolean succeeded) {
        chronicle.tell(
                host + ": ranks of " + order.name() + "/" + order.epoch() + " are " + (succeeded ? "done" : "dead"));
    }

    @Override
    public void stored(Optional<JobRecord> before, JobRecord job) {
        if (before.filter(earlier -> earlier.phase() == job.phase()).isEmpty()) {
            chronicle.tell("disk: " + job.key().name() + " is " + job.phase() + ", attempt "
                    + job.status().attempt() + ": " + job.status().message());
        }
    }

    @Override
    public void stored(Optional<PlacementRecord> before, PlacementRecord placement) {
        if (before.isEmpty()) {
            chronicle.tell("disk: attempt " + placement.jobUid() + "/" + placement.attempt() + " on "
                    + names(placement.hosts()) + ", spares " + names(placement.spares()));
        }
    }

    private static List<String> names(List<HostAssignment> hosts) {
        return hosts.stream().map(HostAssignment::host).toList();
    }

    @Override
    public void acknowledged(JobKey job, String uid) {
        chronicle.tell("user: " + job.name() + " is taken, as " + uid);
    }

    @Override
    public void controllerFailed(Fault fault) {
        chronicle.tell("controller: " + fault.kind() + ": " + fault.message());
    }
}
