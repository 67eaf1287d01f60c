/** Who gives way for a job that cannot wait, and at what price. */
@NullMarked
package dev.muster.scheduler.preemption;

import org.jspecify.annotations.NullMarked;
