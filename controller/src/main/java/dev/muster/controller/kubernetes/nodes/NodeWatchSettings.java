package dev.muster.controller.kubernetes.nodes;

import java.time.Duration;

/**
 * How nodes are watched.
 *
 * @param pace the least time between two updates of one node, so that a node on which pods come and go does not write the store each time
 * @param grace how long a kubelet may be not ready before its host is lost
 * @param resync how often everything is compared with what the core knows, should an event have been missed
 */
public record NodeWatchSettings(Duration pace, Duration grace, Duration resync) {

    public static final NodeWatchSettings DEFAULT =
            new NodeWatchSettings(Duration.ofSeconds(1), Duration.ofSeconds(10), Duration.ofMinutes(5));
}
