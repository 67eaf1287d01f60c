/** Lives of the controller: the real core, put together as main does. */
@NullMarked
package dev.muster.controller.simulation.control;

import org.jspecify.annotations.NullMarked;
