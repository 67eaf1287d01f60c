package dev.muster.scheduler.placement;

import dev.muster.scheduler.cluster.ClusterDomain;
import dev.muster.scheduler.cluster.ClusterHost;
import dev.muster.scheduler.cluster.ClusterSnapshot;
import dev.muster.scheduler.cluster.RoomCounts;
import dev.muster.scheduler.placement.PlacementScore.LevelScore;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/** Works out how good a placement is: what it uses of each level, how often ranks cross it, what room it breaks up. */
final class ScoreKeeper {

    /** Past it an array with a place for each host of the cluster costs less. */
    private static final int MOST_IN_A_SET = 1_000;

    private final ClusterSnapshot cluster;
    private final RoomCounts counts;

    ScoreKeeper(ClusterSnapshot cluster, RoomCounts counts) {
        this.cluster = cluster;
        this.counts = counts;
    }

    /**
     * Scores hosts in rank order.
     *
     * @param pods one host for each pod
     * @param lowerBound the fewest domains of a depth; asked for only where more than one is used
     */
    PlacementScore score(List<ClusterHost> pods, IntUnaryOperator lowerBound) {
        int[] taken = new int[cluster.domainIds()];
        List<LevelScore> levels = new ArrayList<>();
        long lost = 0;
        for (int depth = 1; depth <= cluster.levels().innermost(); depth++) {
            int used = 0;
            int cuts = 0;
            List<ClusterDomain> touched = new ArrayList<>();
            ClusterDomain before = null;
            for (ClusterHost host : pods) {
                ClusterDomain domain = host.domain().ancestor(depth);
                if (taken[domain.id()]++ == 0) {
                    used++;
                    touched.add(domain);
                }
                cuts += before != null && before != domain ? 1 : 0;
                before = domain;
            }
            for (ClusterDomain domain : touched) {
                int room = counts.pods(domain);
                lost += Fragmentation.lost(room, Math.min(room, taken[domain.id()]));
            }
            int bound = used <= 1 ? used : Math.min(used, lowerBound.applyAsInt(depth));
            levels.add(new LevelScore(cluster.levels().nameOf(depth), used, bound, cuts));
        }
        levels.add(hosts(pods, lowerBound));
        return new PlacementScore(levels, lost);
    }

    private LevelScore hosts(List<ClusterHost> pods, IntUnaryOperator lowerBound) {
        int depth = cluster.levels().innermost() + 1;
        int cuts = 0;
        @Nullable ClusterHost before = null;
        for (ClusterHost host : pods) {
            cuts += before != null && before != host ? 1 : 0;
            before = host;
        }
        int used = distinct(pods, cuts + 1);
        int bound = used <= 1 ? used : Math.min(used, lowerBound.applyAsInt(depth));
        return new LevelScore(cluster.levels().nameOf(depth), used, bound, cuts);
    }

    /** Hosts among pods that change the host so often; a host may come up again after others. */
    private int distinct(List<ClusterHost> pods, int runs) {
        if (runs <= MOST_IN_A_SET) {
            return new LinkedHashSet<>(pods).size();
        }
        boolean[] seen = new boolean[cluster.hostIds()];
        int used = 0;
        for (ClusterHost host : pods) {
            used += seen[host.id()] ? 0 : 1;
            seen[host.id()] = true;
        }
        return used;
    }
}
