/** Tests of the package of the same name. */
@NullMarked
package dev.muster.scheduler.placement;

import org.jspecify.annotations.NullMarked;
