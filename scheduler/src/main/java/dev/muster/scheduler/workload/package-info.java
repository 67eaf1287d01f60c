/** The jobs that wait and the gangs that run, indexed so that a cycle touches only what can change. */
@NullMarked
package dev.muster.scheduler.workload;

import org.jspecify.annotations.NullMarked;
