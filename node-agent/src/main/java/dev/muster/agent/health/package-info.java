/** Turns readings and kernel log lines into health events, by rules that are data. No I/O but reading the rules. */
@NullMarked
package dev.muster.agent.health;

import org.jspecify.annotations.NullMarked;
