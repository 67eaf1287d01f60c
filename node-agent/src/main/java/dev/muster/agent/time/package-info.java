/** Where the agent takes its time from, so that tests can hand in their own. */
@NullMarked
package dev.muster.agent.time;

import org.jspecify.annotations.NullMarked;
