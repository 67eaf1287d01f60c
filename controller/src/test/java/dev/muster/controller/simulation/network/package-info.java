/** Connections as gRPC over TCP gives them: in order, at most once, late, or broken. */
@NullMarked
package dev.muster.controller.simulation.network;

import org.jspecify.annotations.NullMarked;
