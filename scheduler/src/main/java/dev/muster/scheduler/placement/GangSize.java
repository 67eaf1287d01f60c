package dev.muster.scheduler.placement;

import dev.muster.scheduler.cluster.ClusterDomain;
import dev.muster.scheduler.cluster.RoomCounts;
import java.util.Optional;

/**
 * How large a gang can be.
 *
 * @param hosts of the gang
 * @param spares beside it
 */
record GangSize(int hosts, int spares) {

    /** The largest that one required domain holds; empty when none holds the least that is asked for. */
    static Optional<GangSize> largest(GangLayout layout, RoomCounts counts, ClusterDomain root) {
        GangRequest request = layout.request();
        int firmSpares = request.sparesOptional() ? 0 : request.spares();
        int[] most = {0};
        root.visit(
                layout.required(),
                domain -> most[0] = Math.max(most[0], gangHosts(layout, counts, domain, firmSpares)));
        if (most[0] < request.minPods()) {
            return Optional.empty();
        }
        if (!request.sparesOptional()) {
            return Optional.of(new GangSize(most[0], firmSpares));
        }
        int[] spares = {0};
        root.visit(layout.required(), domain -> {
            if (counts.room(domain) >= most[0]) {
                spares[0] = Math.max(spares[0], Math.min(request.spares(), counts.hosts(domain) - most[0]));
            }
        });
        return Optional.of(new GangSize(most[0], spares[0]));
    }

    /** The largest gang, in whole slices, that a domain holds beside that many spares. */
    static int gangHosts(GangLayout layout, RoomCounts counts, ClusterDomain domain, int spares) {
        long beside = (long) counts.hosts(domain) - spares;
        long most = Math.min(layout.request().pods(), Math.min(counts.room(domain), beside));
        return (int) Math.max(0, most - Math.floorMod(most, layout.granule(0)));
    }

    /** Whether a required domain holds all of it. */
    boolean fits(RoomCounts counts, ClusterDomain requiredDomain) {
        return counts.room(requiredDomain) >= hosts && counts.hosts(requiredDomain) >= (long) hosts + spares;
    }
}
