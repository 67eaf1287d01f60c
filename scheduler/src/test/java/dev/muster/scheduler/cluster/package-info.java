/** Tests of the package of the same name. */
@NullMarked
package dev.muster.scheduler.cluster;

import org.jspecify.annotations.NullMarked;
