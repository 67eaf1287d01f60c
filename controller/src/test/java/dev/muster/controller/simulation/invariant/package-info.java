/** What must hold whatever fails; one class each, told of facts by a Witness and judging them at once. */
@NullMarked
package dev.muster.controller.simulation.invariant;

import org.jspecify.annotations.NullMarked;
