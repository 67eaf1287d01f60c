package dev.muster.controller.simulation.invariant;

import dev.muster.controller.session.AgentCommand.StartRun;
import java.util.HashMap;
import java.util.Map;

/** An agent that has obeyed a leader does nothing that an earlier one says, while ranks run that could suffer from it. */
public final class OldTermsAreNotObeyed extends Invariant {

    private final Map<String, Long> newest = new HashMap<>();
    private final Map<String, Integer> alive = new HashMap<>();

    @Override
    public void ranksBegan(String host, StartRun order) {
        alive.merge(host, 1, Integer::sum);
    }

    @Override
    public void ranksEnded(String host, StartRun order, boolean succeeded) {
        alive.merge(host, -1, Integer::sum);
    }

    @Override
    public void obeyed(String host, String agentId, long term) {
        Long before = newest.put(agentId, term);
        require(
                before == null || before <= term || alive.getOrDefault(host, 0) == 0,
                () -> host + " obeys term " + term + " after it has obeyed term " + before);
    }
}
