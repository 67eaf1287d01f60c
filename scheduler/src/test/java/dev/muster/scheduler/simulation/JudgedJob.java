package dev.muster.scheduler.simulation;

import dev.muster.scheduler.simulation.ScenarioWorld.Spot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A job as the scenario's text describes it.
 *
 * @param initial whether it runs at the beginning; then its pods are listed, with their hosts
 */
record JudgedJob(Value text, boolean initial) {

    /** A leader of a gang that runs already is one of its listed pods. */
    boolean hasLeader() {
        return !initial && text.get("leader").isFilled();
    }

    private int listed() {
        Value pods = text.get("pods");
        return pods.isList() ? pods.items().size() : (int) pods.number();
    }

    int ranks() {
        return listed() + (hasLeader() ? 1 : 0);
    }

    int leastRanks() {
        return (int) text.get("minPods").numberOr(listed()) + (hasLeader() ? 1 : 0);
    }

    Map<String, Long> request(int rank) {
        if (initial) {
            List<Value> pods = text.get("pods").items();
            return pods.get(Math.min(rank, pods.size() - 1)).get("request").numbers();
        }
        return (hasLeader() && rank == 0 ? text.get("leader").get("request") : text.get("request")).numbers();
    }

    String queue() {
        return text.get("queue").textIfAny().orElse("default");
    }

    /** The walltime, or else the duration. */
    Optional<Long> walltime() {
        return text.get("walltime").numberIfAny().or(() -> text.get("duration").numberIfAny());
    }

    Value topology() {
        return text.get("topology");
    }

    Map<String, Value> nodeSelector() {
        return text.get("nodeSelector").members();
    }

    /** Where the pods of a job were that runs at the beginning. */
    List<Spot> initialSpots() {
        List<Spot> spots = new ArrayList<>();
        if (initial) {
            for (Value pod : text.get("pods").items()) {
                spots.add(new Spot(spots.size(), pod.get("host").text()));
            }
        }
        return spots;
    }
}
