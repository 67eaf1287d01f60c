/** Accelerators that exist only in a file, with faults that the file injects, for tests and demonstrations. */
@NullMarked
package dev.muster.agent.device.fake;

import org.jspecify.annotations.NullMarked;
