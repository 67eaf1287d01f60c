/** Tests of the package of the same name. */
@NullMarked
package dev.muster.scheduler.topology;

import org.jspecify.annotations.NullMarked;
