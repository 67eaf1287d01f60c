/** The runs of jobs on this host: their ranks' lives, devices, environment, progress and output. */
@NullMarked
package dev.muster.agent.task;

import org.jspecify.annotations.NullMarked;
