/** What the controller is told at start: its options and the cluster file. */
@NullMarked
package dev.muster.controller.config;

import org.jspecify.annotations.NullMarked;
