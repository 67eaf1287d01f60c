/**
 * What the controller tells about itself: the port that the core calls, its Prometheus adapter, and the HTTP endpoints
 * that serve metrics and answer whether the controller lives and is ready.
 */
@NullMarked
package dev.muster.controller.metrics;

import org.jspecify.annotations.NullMarked;
