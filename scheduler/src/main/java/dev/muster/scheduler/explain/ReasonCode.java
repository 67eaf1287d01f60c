package dev.muster.scheduler.explain;

/** What keeps a job from starting, in the order in which it is decided. */
public enum ReasonCode {
    /** Somebody holds it back. */
    HELD,
    /** It can never be valid here, for instance because it names an unknown level. */
    INVALID,
    /** It does not fit the cluster even when that is empty, or exceeds what its queue may ever use. */
    IMPOSSIBLE,
    /** Its queue, or one above, would use more than its maximum. */
    QUOTA,
    /** The hosts are free, but kept for a reservation or a maintenance. */
    RESERVED,
    /** It fits and waits behind earlier work under a strict order. */
    ORDER,
    /** Those that it could preempt are protected for now. */
    MIN_RUNTIME,
    /** Hosts that would do are free, but excluded. */
    EXCLUDED,
    /** Enough hosts are free in all, but not close enough together. */
    TOPOLOGY,
    /** Not enough hosts are free. */
    CAPACITY
}
