/** Tests of the package of the same name. */
@NullMarked
package dev.muster.scheduler.cycle;

import org.jspecify.annotations.NullMarked;
