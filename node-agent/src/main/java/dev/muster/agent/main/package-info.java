/** Starts the agent and wires its parts; the only package that knows all of them. */
@NullMarked
package dev.muster.agent.main;

import org.jspecify.annotations.NullMarked;
