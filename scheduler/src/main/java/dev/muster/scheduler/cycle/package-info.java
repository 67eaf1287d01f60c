/** One round of decisions: which waiting jobs start where, and why the others do not. */
@NullMarked
package dev.muster.scheduler.cycle;

import org.jspecify.annotations.NullMarked;
