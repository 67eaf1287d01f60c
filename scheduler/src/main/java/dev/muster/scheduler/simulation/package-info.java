/** Scenarios and workload traces on virtual time through the real scheduling cycle. */
@NullMarked
package dev.muster.scheduler.simulation;

import org.jspecify.annotations.NullMarked;
