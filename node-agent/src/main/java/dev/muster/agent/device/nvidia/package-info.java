/** NVIDIA accelerators, asked through {@code nvidia-smi}. */
@NullMarked
package dev.muster.agent.device.nvidia;

import org.jspecify.annotations.NullMarked;
