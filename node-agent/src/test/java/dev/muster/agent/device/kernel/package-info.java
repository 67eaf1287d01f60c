/** Tests of the package of the same name. */
@NullMarked
package dev.muster.agent.device.kernel;

import org.jspecify.annotations.NullMarked;
