package dev.muster.controller.simulation.fleet;

import dev.muster.controller.session.AgentCommand.StopRun;
import java.util.concurrent.TimeUnit;

/** The graces of a stop that was ordered, maybe more than once: a later order can shorten them, never lengthen. */
final class StopGraces {

    private static final long USUAL_EXIT_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    private boolean ordered;
    private boolean signalled;
    private long saveUntilNanos;
    private long termGraceNanos;

    void order(StopRun stop, long nowNanos) {
        boolean signals = stop.checkpointSignal().isPresent();
        long saveUntil = signals ? nowNanos + stop.checkpointGrace().toNanos() : nowNanos;
        long termGrace = stop.termGrace().toNanos();
        signalled = ordered ? signalled : signals;
        saveUntilNanos = ordered ? Math.min(saveUntilNanos, saveUntil) : saveUntil;
        termGraceNanos = ordered ? Math.min(termGraceNanos, termGrace) : termGrace;
        ordered = true;
    }

    boolean isSignalled() {
        return signalled;
    }

    /** When the last process is dead: after its checkpoint or the grace for it, then by itself or by a kill. */
    long deathNanos(long nowNanos, TrainingProgram program, long savedAtNanos) {
        long termAt = signalled && program.saves() ? Math.min(savedAtNanos, saveUntilNanos) : nowNanos;
        long exit = program.ignoresTerm() ? termGraceNanos : Math.min(termGraceNanos, USUAL_EXIT_NANOS);
        return Math.max(nowNanos, termAt) + exit;
    }
}
