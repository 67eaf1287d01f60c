/** What follows for a host from what its agent saw on it: pure verdicts, no I/O, no clock. */
@NullMarked
package dev.muster.controller.health;

import org.jspecify.annotations.NullMarked;
