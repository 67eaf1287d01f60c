package dev.muster.scheduler.placement;

import dev.muster.scheduler.cluster.ClusterDomain;

/** So many hosts of one innermost domain. */
record Take(ClusterDomain domain, int hosts) {}
