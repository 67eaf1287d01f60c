/** What the agent tells over HTTP: metrics for Prometheus, health and readiness. */
@NullMarked
package dev.muster.agent.metrics;

import org.jspecify.annotations.NullMarked;
