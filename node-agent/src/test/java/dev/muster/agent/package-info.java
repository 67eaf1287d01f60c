/** Tests of the module as a whole. */
@NullMarked
package dev.muster.agent;

import org.jspecify.annotations.NullMarked;
