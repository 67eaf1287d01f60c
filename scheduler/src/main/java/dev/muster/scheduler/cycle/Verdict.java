package dev.muster.scheduler.cycle;

import dev.muster.scheduler.explain.ReasonCode;
import dev.muster.scheduler.explain.Rejection;
import java.time.Instant;
import java.util.Optional;

/** What came of trying to start one job. */
sealed interface Verdict {

    /** It can start. */
    record Startable(Start start) implements Verdict {}

    /**
     * It cannot.
     *
     * @param code why, as far as it costs nothing to know
     * @param rejection where it is known already
     * @param byLength whether a job that ends sooner might
     * @param until when what binds is over by itself, where that is known
     */
    record Blocked(ReasonCode code, Optional<Rejection> rejection, boolean byLength, Optional<Instant> until)
            implements Verdict {

        static Blocked of(Rejection rejection) {
            return new Blocked(rejection.code(), Optional.of(rejection), false, Optional.empty());
        }

        static Blocked of(ReasonCode code) {
            return new Blocked(code, Optional.empty(), code == ReasonCode.RESERVED, Optional.empty());
        }
    }
}
