/** Scenario files and workload traces on virtual time, through the very cycle that a cluster runs. */
@NullMarked
package dev.muster.scheduler.simulation;

import org.jspecify.annotations.NullMarked;
