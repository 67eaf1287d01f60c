/** Virtual time, chance from one seed, and the chronicle of what happened: what everything simulated stands on. */
@NullMarked
package dev.muster.controller.simulation.time;

import org.jspecify.annotations.NullMarked;
