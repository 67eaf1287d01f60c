package dev.muster.scheduler.placement;

import dev.muster.scheduler.cluster.ClusterDomain;
import dev.muster.scheduler.cluster.ClusterHost;
import dev.muster.scheduler.cluster.ClusterSnapshot;
import dev.muster.scheduler.placement.PlacementScore.LevelScore;
import dev.muster.scheduler.topology.NameOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The order in which hosts get their ranks: that of the tree, domains and hosts by name. So consecutive ranks share the lowest
 * possible domain, each domain is entered once, and slices, of which each domain has a whole number, lie in runs.
 */
final class RankOrder implements Comparator<ClusterHost> {

    static final RankOrder INSTANCE = new RankOrder();

    private RankOrder() {}

    @Override
    public int compare(ClusterHost left, ClusterHost right) {
        List<String> leftPath = left.spec().path();
        List<String> rightPath = right.spec().path();
        for (int depth = 0; depth < leftPath.size(); depth++) {
            int order = NameOrder.INSTANCE.compare(leftPath.get(depth), rightPath.get(depth));
            if (order != 0) {
                return order;
            }
        }
        return ClusterHost.BY_NAME.compare(left, right);
    }

    /** What hosts in rank order use of each level; the lower bounds count only domains with this many rooms. */
    static PlacementScore score(List<ClusterHost> hosts, ClusterSnapshot cluster, LowerBound lowerBound) {
        List<LevelScore> levels = new ArrayList<>();
        for (int depth = 1; depth <= cluster.levels().innermost(); depth++) {
            Set<String> used = new TreeSet<>();
            int cuts = 0;
            ClusterDomain before = null;
            for (ClusterHost host : hosts) {
                ClusterDomain domain = host.domain().ancestor(depth);
                used.add(domain.path());
                cuts += before != null && !before.path().equals(domain.path()) ? 1 : 0;
                before = domain;
            }
            levels.add(new LevelScore(cluster.levels().nameOf(depth), used.size(), lowerBound.at(depth), cuts));
        }
        return new PlacementScore(levels);
    }

    /** The fewest domains of a depth. */
    interface LowerBound {
        int at(int depth);
    }
}
