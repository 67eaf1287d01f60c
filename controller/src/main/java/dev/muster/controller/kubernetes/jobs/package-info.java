/** TrainingJob objects and the core's jobs kept the same, both ways: what users ask goes in, what becomes of it comes back. */
@NullMarked
package dev.muster.controller.kubernetes.jobs;

import org.jspecify.annotations.NullMarked;
