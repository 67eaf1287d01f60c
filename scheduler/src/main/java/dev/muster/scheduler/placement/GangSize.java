package dev.muster.scheduler.placement;

import dev.muster.scheduler.cluster.ClusterDomain;
import dev.muster.scheduler.cluster.ClusterHost;
import dev.muster.scheduler.cluster.RoomCounts;
import java.util.Optional;

/**
 * How large a gang can be.
 *
 * @param pods of the gang
 * @param spares beside it
 */
record GangSize(int pods, int spares) {

    /** The largest that one required domain holds; empty when none holds the least that is asked for. */
    static Optional<GangSize> largest(GangLayout layout, RoomCounts counts, ClusterDomain root) {
        Search search = new Search(layout, counts);
        search.visit(root);
        if (search.most < layout.request().minPods()) {
            return Optional.empty();
        }
        return Optional.of(new GangSize(search.most, search.spares));
    }

    /** Looks for the most pods, and with those the most spares up to the number asked for. */
    private static final class Search {
        private final GangLayout layout;
        private final RoomCounts counts;
        private int most;
        private int spares = -1;

        Search(GangLayout layout, RoomCounts counts) {
            this.layout = layout;
            this.counts = counts;
        }

        void visit(ClusterDomain domain) {
            if (isDone() || counts.pods(domain) < Math.max(1, most)) {
                return;
            }
            if (domain.depth() == layout.required()) {
                offer(Fit.pods(layout, counts, domain), counts.pods(domain));
                return;
            }
            for (ClusterDomain child : domain.children()) {
                visit(child);
            }
            for (ClusterHost host : domain.hosts()) {
                if (counts.pods(host) >= most) {
                    offer(Fit.pods(layout, counts, host), Fit.podsBesideLeader(layout, counts, host));
                }
            }
        }

        private boolean isDone() {
            return most == layout.request().pods() && spares >= layout.request().spares();
        }

        private void offer(int pods, int room) {
            int beside = Math.min(layout.request().spares(), room - pods);
            if (pods > most || (pods == most && pods > 0 && beside > spares)) {
                most = pods;
                spares = beside;
            }
        }
    }
}
