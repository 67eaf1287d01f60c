/** Tests of the package of the same name. */
@NullMarked
package dev.muster.scheduler.queue;

import org.jspecify.annotations.NullMarked;
