/** Tests of the package of the same name. */
@NullMarked
package dev.muster.agent.device.fake;

import org.jspecify.annotations.NullMarked;
