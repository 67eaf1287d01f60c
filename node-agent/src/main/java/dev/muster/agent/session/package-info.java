/**
 * The agent's stream to the controller: registration, heartbeats, reports, orders, and what happens while there is no
 * stream. The only package that sees messages of the wire.
 */
@NullMarked
package dev.muster.agent.session;

import org.jspecify.annotations.NullMarked;
