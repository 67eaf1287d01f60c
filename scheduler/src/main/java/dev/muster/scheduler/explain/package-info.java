/** Why a job waits, as values that programs can compare and people can read. */
@NullMarked
package dev.muster.scheduler.explain;

import org.jspecify.annotations.NullMarked;
