/** The shape of a fabric: its levels, and how its domains are named and ordered. */
@NullMarked
package dev.muster.scheduler.topology;

import org.jspecify.annotations.NullMarked;
