/** Hosts, their agents and what trains on them, by the rules that real agents keep. */
@NullMarked
package dev.muster.controller.simulation.fleet;

import org.jspecify.annotations.NullMarked;
