/** Starts the process trees of ranks, finds every process that belongs to one, and ends them whole. */
@NullMarked
package dev.muster.agent.process;

import org.jspecify.annotations.NullMarked;
