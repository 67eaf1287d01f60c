/** Gangs as pods: the workload port on Kubernetes. */
@NullMarked
package dev.muster.controller.kubernetes.pods;

import org.jspecify.annotations.NullMarked;
