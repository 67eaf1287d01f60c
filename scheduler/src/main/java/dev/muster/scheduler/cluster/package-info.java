/** The hosts of a cluster: what the cluster file says, and what of them is free at one moment. */
@NullMarked
package dev.muster.scheduler.cluster;

import org.jspecify.annotations.NullMarked;
