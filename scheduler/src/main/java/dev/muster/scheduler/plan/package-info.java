/** Time: when a job that waits can start, and what others must leave alone until then. */
@NullMarked
package dev.muster.scheduler.plan;

import org.jspecify.annotations.NullMarked;
