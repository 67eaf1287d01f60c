/** Metrics as Prometheus sees them, and the HTTP endpoints for real. */
@NullMarked
package dev.muster.controller.metrics;

import org.jspecify.annotations.NullMarked;
