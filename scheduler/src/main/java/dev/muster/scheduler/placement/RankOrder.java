package dev.muster.scheduler.placement;

import dev.muster.scheduler.cluster.ClusterDomain;
import dev.muster.scheduler.cluster.ClusterHost;
import dev.muster.scheduler.topology.NameOrder;
import java.util.Comparator;
import java.util.List;

/**
 * The order in which hosts get their ranks: that of the tree, domains and hosts by name. So consecutive ranks share the lowest
 * possible domain, each domain is entered once, and slices, of which each domain has a whole number, lie in runs.
 */
final class RankOrder implements Comparator<ClusterHost> {

    static final RankOrder INSTANCE = new RankOrder();

    private RankOrder() {}

    @Override
    public int compare(ClusterHost left, ClusterHost right) {
        ClusterDomain leftDomain = left.domain();
        ClusterDomain rightDomain = right.domain();
        if (leftDomain.equals(rightDomain)) {
            return ClusterHost.BY_NAME.compare(left, right);
        }
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
}
