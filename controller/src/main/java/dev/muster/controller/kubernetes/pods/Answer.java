package dev.muster.controller.kubernetes.pods;

import java.time.Duration;
import java.util.Optional;

/** What became of an {@link ApiCall}. */
sealed interface Answer {

    /**
     * It is as it was to be.
     *
     * @param uid of the object; empty where the API server did not say
     */
    record Done(String uid) implements Answer {}

    /** There is no such object (any more). */
    record Gone() implements Answer {}

    /** The API server will not do it as long as nothing changes; its words. */
    record Refused(String words) implements Answer {}

    /**
     * Nobody knows, or not now.
     *
     * @param retryAfter when the API server asks to be asked again
     */
    record NotNow(String words, Optional<Duration> retryAfter) implements Answer {}
}
