/** The accelerators of this host: what they are, how they fare, and the port through which a vendor's tools are asked. */
@NullMarked
package dev.muster.agent.device;

import org.jspecify.annotations.NullMarked;
