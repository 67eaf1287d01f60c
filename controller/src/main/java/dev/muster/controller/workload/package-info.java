/** Running gangs on a substrate: the port through which attempts start and stop, and the roll that says how they do. */
@NullMarked
package dev.muster.controller.workload;

import org.jspecify.annotations.NullMarked;
