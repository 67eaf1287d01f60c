/** Who may use how much, and who is considered first. */
@NullMarked
package dev.muster.scheduler.queue;

import org.jspecify.annotations.NullMarked;
