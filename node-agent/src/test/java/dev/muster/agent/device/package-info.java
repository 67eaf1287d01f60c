/** Tests of the package of the same name. */
@NullMarked
package dev.muster.agent.device;

import org.jspecify.annotations.NullMarked;
