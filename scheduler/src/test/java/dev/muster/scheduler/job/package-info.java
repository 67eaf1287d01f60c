/** Tests of the package of the same name. */
@NullMarked
package dev.muster.scheduler.job;

import org.jspecify.annotations.NullMarked;
