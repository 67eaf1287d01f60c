package dev.muster.controller.operations;

import dev.muster.controller.model.ClusterModel;
import dev.muster.controller.operations.Views.DomainView;
import dev.muster.controller.operations.Views.NodeState;
import dev.muster.controller.operations.Views.NodeView;
import dev.muster.controller.scheduling.GangScheduling;
import dev.muster.controller.state.NodeRecord;
import dev.muster.scheduler.job.ResourceVector;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The fabric as a tree with what runs where. Walks the fleet, so it is asked for by people only. */
final class FabricViews {

    private static final int DEFAULT_MAX_DOMAINS = 2_000;
    private static final int MAX_DOMAINS = 50_000;
    private static final String HOST_LEVEL = "host";

    private final ClusterModel model;
    private final NodeViews nodes;
    private final GangScheduling scheduling;

    FabricViews(ClusterModel model, NodeViews nodes, GangScheduling scheduling) {
        this.model = model;
        this.nodes = nodes;
        this.scheduling = scheduling;
    }

    /** Counts over the whole fleet. */
    record Totals(int hosts, int hostsReady, long accelerators, long acceleratorsUsed) {}

    /** A domain while the tree is put together. */
    private static final class Branch {
        private final Map<String, Branch> domains = new TreeMap<>();
        private final List<DomainView> hosts = new ArrayList<>();
    }

    Views.Topology topology(int maxDomains, Instant now) {
        int bound = maxDomains <= 0 ? DEFAULT_MAX_DOMAINS : Math.min(maxDomains, MAX_DOMAINS);
        Branch root = new Branch();
        int shown = 0;
        for (NodeRecord node : model.nodesAfter("")) {
            if (++shown > bound) {
                break;
            }
            Branch branch = root;
            for (String domain : node.path()) {
                branch = branch.domains.computeIfAbsent(domain, name -> new Branch());
            }
            branch.hosts.add(host(nodes.of(node, now)));
        }
        List<String> levels = scheduling.levels();
        return new Views.Topology(levels, domain("cluster", root, 0, levels), shown > bound);
    }

    private static DomainView host(NodeView node) {
        return new DomainView(
                node.record().name(),
                HOST_LEVEL,
                1,
                node.state() == NodeState.READY ? 1 : 0,
                node.record().capacity().amount(ResourceVector.ACCELERATORS),
                node.used().amount(ResourceVector.ACCELERATORS),
                List.of(),
                Optional.of(node.state()),
                node.jobs());
    }

    private static DomainView domain(String name, Branch branch, int depth, List<String> levels) {
        List<DomainView> below = new ArrayList<>();
        branch.domains.forEach((domain, inner) -> below.add(domain(domain, inner, depth + 1, levels)));
        below.addAll(branch.hosts);
        return new DomainView(
                name,
                depth == 0 ? "" : levels.get(depth - 1),
                below.stream().mapToInt(DomainView::hosts).sum(),
                below.stream().mapToInt(DomainView::hostsReady).sum(),
                below.stream().mapToLong(DomainView::accelerators).sum(),
                below.stream().mapToLong(DomainView::acceleratorsUsed).sum(),
                below,
                Optional.empty(),
                List.of());
    }

    Totals totals(Instant now) {
        int ready = 0;
        long accelerators = 0;
        long used = 0;
        for (NodeRecord node : model.nodesAfter("")) {
            NodeView view = nodes.of(node, now);
            ready += view.state() == NodeState.READY ? 1 : 0;
            accelerators += node.capacity().amount(ResourceVector.ACCELERATORS);
            used += view.used().amount(ResourceVector.ACCELERATORS);
        }
        return new Totals(model.nodeCount(), ready, accelerators, used);
    }
}
