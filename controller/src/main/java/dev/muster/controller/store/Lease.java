package dev.muster.controller.store;

import java.time.Duration;

/**
 * A promise that must be renewed: once {@code timeToLive} passes without a renewal, the keys put with it are deleted.
 * A restart of the store counts as a renewal.
 *
 * @param id positive, never used again
 */
public record Lease(long id, Duration timeToLive) {}
