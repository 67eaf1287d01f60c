/** {@code muster simulate}: scenarios, traces and placement speed on this machine, without a controller. */
@NullMarked
package dev.muster.cli.simulation;

import org.jspecify.annotations.NullMarked;
