@NullMarked
package dev.muster.scheduler.preemption;

import org.jspecify.annotations.NullMarked;
