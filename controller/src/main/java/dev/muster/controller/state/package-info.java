/** What the controller knows and how a job moves through its life: records and pure transitions, no I/O, no clock. */
@NullMarked
package dev.muster.controller.state;

import org.jspecify.annotations.NullMarked;
