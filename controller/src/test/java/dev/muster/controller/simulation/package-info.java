/** A whole small cluster in one thread: the real core over a store in memory, and agents made of a few lines. */
@NullMarked
package dev.muster.controller.simulation;

import org.jspecify.annotations.NullMarked;
