/** What the agent was told at its start, checked, and the data directory that it works in. */
@NullMarked
package dev.muster.agent.config;

import org.jspecify.annotations.NullMarked;
