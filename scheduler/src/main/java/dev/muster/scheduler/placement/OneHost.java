package dev.muster.scheduler.placement;

import dev.muster.scheduler.cluster.ClusterDomain;
import dev.muster.scheduler.cluster.ClusterHost;
import dev.muster.scheduler.cluster.RoomCounts;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the host that holds a whole gang most tightly: with the least room left for its pods, then one in use rather than a whole one,
 * then the least harmful.
 *
 * <p>Complexity: the hosts of domains that have the room.
 */
final class OneHost {

    private final GangLayout layout;
    private final RoomCounts counts;
    private final GangSize size;
    private @Nullable ClusterHost best;
    private int bestRoom;

    OneHost(GangLayout layout, RoomCounts counts, GangSize size) {
        this.layout = layout;
        this.counts = counts;
        this.size = size;
    }

    Optional<ClusterHost> find(ClusterDomain root) {
        visit(root);
        return Optional.ofNullable(best);
    }

    private void visit(ClusterDomain domain) {
        if (counts.pods(domain) < size.pods() + size.spares()) {
            return;
        }
        for (ClusterDomain child : domain.children()) {
            visit(child);
        }
        for (ClusterHost host : domain.hosts()) {
            if (counts.pods(host) >= size.pods() + size.spares()) {
                offer(host, Fit.podsBesideLeader(layout, counts, host));
            }
        }
    }

    private void offer(ClusterHost host, int room) {
        if (room < size.pods() + size.spares()) {
            return;
        }
        boolean better =
                best == null || room < bestRoom || (room == bestRoom && ClusterHost.LEAST_HARM.compare(host, best) < 0);
        if (better) {
            best = host;
            bestRoom = room;
        }
    }
}
