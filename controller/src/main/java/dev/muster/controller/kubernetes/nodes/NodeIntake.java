package dev.muster.controller.kubernetes.nodes;

import dev.muster.controller.kubernetes.nodes.Sighting.Answer;
import dev.muster.controller.kubernetes.nodes.Sighting.Gone;
import dev.muster.controller.kubernetes.nodes.Sighting.NotOurs;
import dev.muster.controller.kubernetes.nodes.Sighting.Seen;
import dev.muster.controller.loop.EventLoop;
import dev.muster.controller.model.ClusterModel;
import dev.muster.controller.model.Turn;
import dev.muster.controller.model.Turns;
import dev.muster.controller.reconcile.NodeReconciler;
import dev.muster.controller.reconcile.NodeReconciler.Attendance;
import dev.muster.controller.reconcile.NodeReconciler.Presence;
import dev.muster.controller.state.NodeRecord;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Takes what was seen of nodes into the core, each in a turn of its own. The same sighting twice changes nothing more. */
final class NodeIntake {

    private final EventLoop loop;
    private final Turns turns;
    private final ClusterModel model;
    private final NodeReconciler nodes;
    private final Fence fence;

    NodeIntake(EventLoop loop, Turns turns, ClusterModel model, NodeReconciler nodes, Fence fence) {
        this.loop = loop;
        this.turns = turns;
        this.model = model;
        this.nodes = nodes;
        this.fence = fence;
    }

    CompletableFuture<Boolean> take(Sighting sighting) {
        return loop.submit("node", turns.operation(turn -> {
            take(sighting, turn);
            return true;
        }));
    }

    /** All the nodes that there are: hosts that the store still knows and that are not among them are gone. */
    CompletableFuture<Boolean> takeAll(Collection<String> present) {
        Set<String> names = new HashSet<>(present);
        return loop.submit("nodes", turns.operation(turn -> {
            for (NodeRecord known : model.nodesAfter("")) {
                if (!names.contains(known.name())) {
                    gone(known.name(), turn);
                }
            }
            return true;
        }));
    }

    private void take(Sighting sighting, Turn turn) {
        if (sighting instanceof Seen seen) {
            seen(seen, turn);
        } else if (sighting instanceof NotOurs other) {
            model.node(other.host()).ifPresent(known -> notOurs(known, turn));
        } else if (sighting instanceof Gone gone && model.node(gone.host()).isPresent()) {
            gone(gone.host(), turn);
        }
    }

    private void seen(Seen seen, Turn turn) {
        Optional<NodeRecord> before = model.node(seen.host());
        NodeRecord facts =
                before.map(known -> seen.facts().withDevices(known.devices())).orElse(seen.facts());
        if (seen.answer() == Answer.READY && !isNow(seen.host(), Presence.PRESENT)) {
            nodes.registered(facts, turn);
        } else {
            nodes.described(facts, turn);
        }
        if (seen.answer() == Answer.NOT_READY && !isNow(seen.host(), Presence.LOST)) {
            nodes.lost(seen.host(), seen.why(), turn);
        }
        seen.fenced().ifPresent(proof -> turn.then(() -> fence.fenced(seen.host(), proof)));
        before.filter(known -> !known.bootId().equals(facts.bootId()))
                .ifPresent(known -> turn.then(
                        () -> fence.rebooted(seen.host(), "its kernel has started anew, boot " + facts.bootId())));
    }

    private boolean isNow(String host, Presence presence) {
        return nodes.attendance(host)
                .map(Attendance::presence)
                .filter(presence::equals)
                .isPresent();
    }

    private void notOurs(NodeRecord known, Turn turn) {
        nodes.described(known.closed(Optional.of("left out by the ClusterTopology's nodeSelector")), turn);
        nodes.retire(known.name());
    }

    private void gone(String host, Turn turn) {
        String why = "its Node object is gone from Kubernetes";
        if (!isNow(host, Presence.LOST)) {
            nodes.lost(host, why, turn);
        }
        turn.then(() -> fence.fenced(host, why));
        nodes.retire(host);
    }
}
