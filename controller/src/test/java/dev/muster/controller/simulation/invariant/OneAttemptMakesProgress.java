package dev.muster.controller.simulation.invariant;

import dev.muster.controller.session.AgentCommand.StartRun;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * No two attempts of a job can both make progress. An attempt can while its ranks live on every host of it; so when ranks
 * of one begin, no other attempt of the job is whole, and once an attempt has trained, none before it does.
 */
public final class OneAttemptMakesProgress extends Invariant {

    private static final class Attempt {
        private final int hosts;
        private final Set<String> alive = new HashSet<>();

        private Attempt(int hosts) {
            this.hosts = hosts;
        }

        boolean isWhole() {
            return alive.size() == hosts;
        }
    }

    private final Map<String, Map<Long, Attempt>> attempts = new HashMap<>();
    private final Map<String, Long> latestToTrain = new HashMap<>();

    @Override
    public void ranksBegan(String host, StartRun order) {
        Map<Long, Attempt> ofJob = attempts.computeIfAbsent(order.jobUid(), uid -> new HashMap<>());
        ofJob.forEach((epoch, attempt) -> require(
                epoch == order.epoch() || !attempt.isWhole(),
                () -> "ranks of " + order.name() + "/" + order.epoch() + " begin on " + host + " while attempt " + epoch
                        + " still runs on all of " + attempt.alive));
        ofJob.computeIfAbsent(order.epoch(), epoch -> new Attempt(order.nodes()))
                .alive
                .add(host);
    }

    @Override
    public void ranksEnded(String host, StartRun order, boolean succeeded) {
        attempts.getOrDefault(order.jobUid(), Map.of())
                .getOrDefault(order.epoch(), new Attempt(1))
                .alive
                .remove(host);
    }

    @Override
    public void stepped(String jobUid, long epoch, long step) {
        long latest = latestToTrain.merge(jobUid, epoch, Math::max);
        require(
                latest == epoch,
                () -> "attempt " + epoch + " of " + jobUid + " does step " + step + " after attempt " + latest
                        + " has trained");
    }
}
