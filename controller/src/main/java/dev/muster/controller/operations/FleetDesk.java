package dev.muster.controller.operations;

import dev.muster.controller.loop.EventLoop;
import dev.muster.controller.model.ClusterModel;
import dev.muster.controller.model.Turn;
import dev.muster.controller.model.Turns;
import dev.muster.controller.operations.Refusal.Kind;
import dev.muster.controller.operations.Views.NodeState;
import dev.muster.controller.operations.Views.NodeView;
import dev.muster.controller.reconcile.NodeReconciler;
import dev.muster.controller.scheduling.GangScheduling;
import dev.muster.controller.state.JobPhase;
import dev.muster.controller.state.NodeRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** Answers operators about the fleet; every question and change takes its turn on the loop. */
public final class FleetDesk implements FleetOperations {

    private static final int MAX_PAGE = 1000;
    private static final int DEFAULT_PAGE = 200;

    private final EventLoop loop;
    private final Turns turns;
    private final ClusterModel model;
    private final NodeReconciler nodes;
    private final NodeViews views;
    private final FabricViews fabric;
    private final QueueViews queues;
    private final String version;
    private final Instant startedAt;
    private final LongSupplier storeRevision;

    public FleetDesk(
            EventLoop loop,
            Turns turns,
            ClusterModel model,
            NodeReconciler nodes,
            NodeViews views,
            GangScheduling scheduling,
            String version,
            Instant startedAt,
            LongSupplier storeRevision) {
        this.loop = loop;
        this.turns = turns;
        this.model = model;
        this.nodes = nodes;
        this.views = views;
        this.fabric = new FabricViews(model, views, scheduling);
        this.queues = new QueueViews(model, scheduling);
        this.version = version;
        this.startedAt = startedAt;
        this.storeRevision = storeRevision;
    }

    @Override
    public CompletableFuture<Views.NodePage> nodes(Set<NodeState> states, int pageSize, String pageToken) {
        int size = pageSize <= 0 ? DEFAULT_PAGE : Math.min(pageSize, MAX_PAGE);
        return ask("list-nodes", turn -> {
            List<NodeView> page = new ArrayList<>();
            for (NodeRecord node : model.nodesAfter(pageToken)) {
                NodeView view = views.of(node, turn.now());
                if (!states.isEmpty() && !states.contains(view.state())) {
                    continue;
                }
                if (page.size() == size) {
                    return new Views.NodePage(page, page.get(size - 1).record().name());
                }
                page.add(view);
            }
            return new Views.NodePage(page, "");
        });
    }

    @Override
    public CompletableFuture<NodeView> node(String name) {
        return ask("get-node", turn -> views.of(find(name), turn.now()));
    }

    @Override
    public CompletableFuture<NodeView> change(String name, NodeAction action, String reason) {
        return ask("change-node", turn -> {
            NodeRecord node = find(name);
            switch (action) {
                case CORDON -> nodes.cordon(node, reason, turn);
                case UNCORDON -> nodes.uncordon(node, turn);
                case DRAIN -> nodes.drain(node, reason, turn);
                case QUARANTINE -> nodes.quarantine(node, reason, turn);
                case RELEASE -> nodes.release(node, turn);
            }
            return views.of(find(name), turn.now());
        });
    }

    @Override
    public CompletableFuture<NodeView> declareDead(String name, String reason) {
        return ask("declare-dead", turn -> {
            NodeRecord node = find(name);
            if (!nodes.declaredDead(node, reason, turn)) {
                throw new Refusal(
                        Kind.WRONG_STATE,
                        "host " + name + " is not lost, so its ranks may well run; `muster node quarantine " + name
                                + "` takes it out of service");
            }
            return views.of(node, turn.now());
        });
    }

    @Override
    public CompletableFuture<List<Views.QueueView>> queues() {
        return ask("list-queues", turn -> queues.all(turn.now()));
    }

    @Override
    public CompletableFuture<Views.Topology> topology(int maxDomains) {
        return ask("topology", turn -> fabric.topology(maxDomains, turn.now()));
    }

    @Override
    public CompletableFuture<Views.Cluster> cluster() {
        return ask("cluster", turn -> {
            SortedMap<String, Long> byState = new TreeMap<>();
            for (JobPhase phase : JobPhase.values()) {
                byState.put(phase.name(), (long) model.jobsIn(phase));
            }
            FabricViews.Totals totals = fabric.totals(turn.now());
            return new Views.Cluster(
                    version,
                    startedAt,
                    totals.hosts(),
                    totals.hostsReady(),
                    totals.accelerators(),
                    totals.acceleratorsUsed(),
                    byState,
                    storeRevision.getAsLong(),
                    nodes.unheard() > 0);
        });
    }

    private NodeRecord find(String name) {
        return model.node(name)
                .orElseThrow(() -> new Refusal(Kind.NOT_FOUND, "no host " + name + "; `muster nodes` shows the hosts"));
    }

    private <R> CompletableFuture<R> ask(String name, Function<Turn, R> body) {
        return loop.submit(name, turns.operation(body));
    }
}
