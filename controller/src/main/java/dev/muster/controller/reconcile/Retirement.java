package dev.muster.controller.reconcile;

import dev.muster.controller.loop.EventLoop;
import dev.muster.controller.model.ClusterModel;
import dev.muster.controller.model.Turn;
import dev.muster.controller.model.Turns;
import dev.muster.controller.scheduling.GangScheduling;
import dev.muster.controller.state.NodeRecord;
import dev.muster.controller.state.NodeRecord.Verdict;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Takes hosts that are gone for good out of the store, each once no attempt holds it and nothing speaks against it. In memory
 * only: whoever knows that a host is gone says so again after a restart.
 */
final class Retirement {

    private static final Duration EVERY = Duration.ofSeconds(2);
    /** A turn must fit into one transaction. */
    private static final int HOSTS_A_TURN = 50;

    private final ClusterModel model;
    private final EventLoop loop;
    private final Turns turns;
    private final GangScheduling scheduling;
    private final Consumer<String> forget;
    private final Set<String> leaving = new LinkedHashSet<>();
    private boolean looking;

    Retirement(ClusterModel model, EventLoop loop, Turns turns, GangScheduling scheduling, Consumer<String> forget) {
        this.model = model;
        this.loop = loop;
        this.turns = turns;
        this.scheduling = scheduling;
        this.forget = forget;
    }

    void add(String host) {
        leaving.add(host);
        if (!looking) {
            looking = true;
            lookAfter(Duration.ZERO);
        }
    }

    /** The host is back. */
    void cancel(String host) {
        leaving.remove(host);
    }

    private void lookAfter(Duration delay) {
        loop.schedule("retire-hosts", delay, turns.operation(turn -> {
            int removed = removeSome(turn);
            looking = !leaving.isEmpty();
            if (looking) {
                lookAfter(removed == HOSTS_A_TURN ? Duration.ZERO : EVERY);
            }
            return removed;
        }));
    }

    private int removeSome(Turn turn) {
        int removed = 0;
        for (String host : List.copyOf(leaving)) {
            Optional<NodeRecord> node = model.node(host);
            if (node.isEmpty()) {
                leaving.remove(host);
            } else if (!isHeldAgainst(node.get()) && model.activeOn(host).isEmpty() && scheduling.nodeRemoved(host)) {
                turn.remove(node.get());
                forget.accept(host);
                leaving.remove(host);
                removed++;
            }
            if (removed == HOSTS_A_TURN) {
                break;
            }
        }
        return removed;
    }

    private static boolean isHeldAgainst(NodeRecord node) {
        NodeRecord.Intent intent = node.intent();
        return intent.cordoned()
                || intent.draining()
                || intent.quarantined()
                || node.health().verdict() != Verdict.HEALTHY;
    }
}
