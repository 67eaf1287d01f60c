/** Tests of the package of the same name. */
@NullMarked
package dev.muster.agent.device.nvidia;

import org.jspecify.annotations.NullMarked;
