/** The kernel's log, where drivers write what goes wrong with their devices. */
@NullMarked
package dev.muster.agent.device.kernel;

import org.jspecify.annotations.NullMarked;
