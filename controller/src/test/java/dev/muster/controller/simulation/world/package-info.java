/** The whole system in one thread, its users and operators, and the faults that befall it. */
@NullMarked
package dev.muster.controller.simulation.world;

import org.jspecify.annotations.NullMarked;
