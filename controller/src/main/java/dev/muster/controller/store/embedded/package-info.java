/**
 * The store in the controller's own process, on H2's MVStore: durable on one machine, no server needed. One thread does all
 * reading and writing; requests that arrive while it waits for the disk share the next sync.
 */
@NullMarked
package dev.muster.controller.store.embedded;

import org.jspecify.annotations.NullMarked;
