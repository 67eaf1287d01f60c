/** A real API server and a hand-written kubelet, for the tests of the Kubernetes adapter. */
@NullMarked
package dev.muster.controller.kubernetes.testing;

import org.jspecify.annotations.NullMarked;
