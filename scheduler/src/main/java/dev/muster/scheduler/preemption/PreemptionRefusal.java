package dev.muster.scheduler.preemption;

import java.time.Instant;
import java.util.Optional;

/**
 * Why no room is made for a job.
 *
 * @param domain the one of its required level that comes closest, as {@code b1/r2}; empty: the whole cluster, or none was looked at
 * @param required pods that it needs there
 * @param available pods that there would be, if all went that may be taken
 * @param possibleAt when those that would have to go are not protected any more; only for {@link Kind#PROTECTED}
 */
public record PreemptionRefusal(Kind kind, String domain, int required, int available, Optional<Instant> possibleAt)
        implements PreemptionAnswer {

    /** What stands in the way. */
    public enum Kind {
        /** Even if all went that may be taken, it would not fit; or its queue would exceed its maximum. */
        NOTHING_ALLOWED,
        /** It would fit but for gangs that run less than their {@code minRuntime} so far. */
        PROTECTED
    }
}
