/** Stories of simulated clusters, and the judge of what came out. */
@NullMarked
package dev.muster.scheduler.simulation;

import org.jspecify.annotations.NullMarked;
