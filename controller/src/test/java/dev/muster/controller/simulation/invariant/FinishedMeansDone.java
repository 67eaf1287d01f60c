package dev.muster.controller.simulation.invariant;

import dev.muster.controller.session.AgentCommand.StartRun;
import dev.muster.controller.state.JobPhase;
import dev.muster.controller.state.JobRecord;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A job is called finished only when the ranks of one attempt have all ended well. */
public final class FinishedMeansDone extends Invariant {

    private final Map<String, Set<String>> succeededOn = new HashMap<>();
    private final Set<String> done = new HashSet<>();

    @Override
    public void ranksEnded(String host, StartRun order, boolean succeeded) {
        if (succeeded) {
            Set<String> hosts =
                    succeededOn.computeIfAbsent(order.jobUid() + "/" + order.epoch(), key -> new HashSet<>());
            hosts.add(host);
            if (hosts.size() == order.nodes()) {
                done.add(order.jobUid());
            }
        }
    }

    @Override
    public void stored(Optional<JobRecord> before, JobRecord job) {
        require(
                job.phase() != JobPhase.FINISHED || done.contains(job.uid()),
                () -> job.key() + " is called finished, and no attempt of it has ended well on every host");
    }
}
