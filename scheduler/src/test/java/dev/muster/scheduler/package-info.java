/** Tests of the module as a whole. */
@NullMarked
package dev.muster.scheduler;

import org.jspecify.annotations.NullMarked;
