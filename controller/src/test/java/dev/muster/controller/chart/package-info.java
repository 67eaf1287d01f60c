/** The Helm chart: what it renders for which values, what it refuses, and whether a real API server takes it. */
@NullMarked
package dev.muster.controller.chart;

import org.jspecify.annotations.NullMarked;
