package dev.muster.scheduler.placement;

import dev.muster.scheduler.cluster.ClusterDomain;
import dev.muster.scheduler.cluster.RoomCounts;

/** What a gang has in each domain and what it can still take there. */
interface Stock {

    /** Hosts of the gang that stay where they are. */
    int kept(ClusterDomain domain);

    /** Hosts that can be added; for an innermost domain exactly, for others at least. */
    int available(ClusterDomain domain);

    /** Of those of an innermost domain, the ones that are taken first and at no cost. */
    int preferred(ClusterDomain innermost);

    /** Nothing is there yet, and all that counts is room. */
    static Stock ofFree(RoomCounts counts) {
        return new Stock() {
            @Override
            public int kept(ClusterDomain domain) {
                return 0;
            }

            @Override
            public int available(ClusterDomain domain) {
                return counts.room(domain);
            }

            @Override
            public int preferred(ClusterDomain innermost) {
                return counts.hosts(innermost);
            }
        };
    }
}
