/** Nodes and what others run on them, seen as hosts; queues and the fabric, as their objects describe them. */
@NullMarked
package dev.muster.controller.kubernetes.nodes;

import org.jspecify.annotations.NullMarked;
