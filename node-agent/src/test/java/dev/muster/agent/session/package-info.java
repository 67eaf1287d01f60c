/** Tests of the session against a controller that is written by hand. */
@NullMarked
package dev.muster.agent.session;

import org.jspecify.annotations.NullMarked;
