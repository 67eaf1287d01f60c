/** Chooses the hosts of a gang, and says why where it cannot. */
@NullMarked
package dev.muster.scheduler.placement;

import org.jspecify.annotations.NullMarked;
