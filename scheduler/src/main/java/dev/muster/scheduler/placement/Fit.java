package dev.muster.scheduler.placement;

import dev.muster.scheduler.cluster.ClusterDomain;
import dev.muster.scheduler.cluster.ClusterHost;
import dev.muster.scheduler.cluster.RoomCounts;
import dev.muster.scheduler.job.ResourceVector;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How much of a gang a domain of its required level holds, beside its leader and its firm spares, in whole slices.
 *
 * <p>A leader takes room of one host. It sits where that costs the gang least: each host is tried, until one costs nothing.
 *
 * <p>Complexity: constant, or with a leader the hosts of the domain.
 */
final class Fit {

    /**
     * Where a leader would sit.
     *
     * @param room that the domain then has in whole slices
     */
    record Seat(ClusterHost host, int room) {}

    private Fit() {}

    /** The most pods of the gang, at most those asked for, that a domain holds. */
    static int pods(GangLayout layout, RoomCounts counts, ClusterDomain domain) {
        int room = counts.room(domain);
        if (layout.request().leader().isPresent()) {
            room = seat(layout, counts, domain).map(Seat::room).orElse(0);
        }
        return whole(layout, Math.min(room, counts.pods(domain) - layout.firmSpares()));
    }

    /** The same for a host, when all of the gang must share one. */
    static int pods(GangLayout layout, RoomCounts counts, ClusterHost host) {
        return whole(layout, podsBesideLeader(layout, counts, host) - layout.firmSpares());
    }

    private static int whole(GangLayout layout, int room) {
        int pods = Math.min(room, layout.request().pods());
        return Math.max(0, pods - Math.floorMod(pods, layout.granule(0)));
    }

    static int podsBesideLeader(GangLayout layout, RoomCounts counts, ClusterHost host) {
        Optional<ResourceVector> leader = layout.request().leader();
        if (leader.isEmpty()) {
            return counts.pods(host);
        }
        return counts.hasRoomFor(host, leader.get()) ? counts.podsBeside(host, leader.get()) : 0;
    }

    /** The seat of the leader in a domain that leaves the most room; empty when no host has room for it. */
    static Optional<Seat> seat(GangLayout layout, RoomCounts counts, ClusterDomain domain) {
        SeatSearch search = new SeatSearch(layout.request().leader().orElseThrow(), counts, domain);
        search.visit(domain);
        return Optional.ofNullable(search.best);
    }

    private static final class SeatSearch {
        private final ResourceVector leader;
        private final RoomCounts counts;
        private final ClusterDomain domain;
        private @Nullable Seat best;

        SeatSearch(ResourceVector leader, RoomCounts counts, ClusterDomain domain) {
            this.leader = leader;
            this.counts = counts;
            this.domain = domain;
        }

        void visit(ClusterDomain at) {
            for (ClusterDomain child : at.children()) {
                if (isOpen()) {
                    visit(child);
                }
            }
            for (ClusterHost host : at.hosts()) {
                if (isOpen() && counts.hasRoomFor(host, leader)) {
                    int room = counts.roomIf(domain, host, counts.podsBeside(host, leader));
                    if (best == null || room > best.room()) {
                        best = new Seat(host, room);
                    }
                }
            }
        }

        private boolean isOpen() {
            return best == null || best.room() < counts.room(domain);
        }
    }
}
