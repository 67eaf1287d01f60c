package dev.muster.scheduler.placement;

import dev.muster.scheduler.cluster.ClusterHost;

/** So many pods on a host. */
record HostTake(ClusterHost host, int pods) {}
