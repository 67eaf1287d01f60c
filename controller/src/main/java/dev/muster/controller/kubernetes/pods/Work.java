package dev.muster.controller.kubernetes.pods;

import java.util.Optional;

/**
 * One object of a gang, as somebody who carries calls to the API server sees it: what to do next is asked again before each
 * call, so that a newer order overtakes an older one. At most one call is on its way at a time.
 */
abstract class Work {

    private boolean inFlight;
    private int tries;
    private int holds;
    private boolean held;
    private boolean heldWhileEnding;

    /** What to do now; empty when there is nothing to do or a call is on its way. */
    final Optional<ApiCall> next() {
        boolean mustWait = held && heldWhileEnding == isEnding();
        return inFlight || mustWait ? Optional.empty() : wanted();
    }

    /** Nothing more for a while, unless it is to end now: that does not wait for what was to begin. */
    final int hold() {
        held = true;
        heldWhileEnding = isEnding();
        return ++holds;
    }

    /** The while is over; ignored when it has been held anew. */
    final void release(int hold) {
        held &= hold != holds;
    }

    final void sent(ApiCall call) {
        inFlight = true;
        tries++;
        noteSent(call);
    }

    final void answered(ApiCall call, Answer answer) {
        inFlight = false;
        if (!(answer instanceof Answer.NotNow) && !(answer instanceof Answer.Refused)) {
            tries = 0;
        }
        noteAnswer(call, answer);
    }

    final boolean isInFlight() {
        return inFlight;
    }

    /** How often in a row it did not come off. */
    final int tries() {
        return tries;
    }

    /** Whether something outside is missing and it should be asked again a little later. */
    boolean waits() {
        return false;
    }

    /** Whether it makes room rather than takes it; such work goes first. */
    abstract boolean isEnding();

    abstract Optional<ApiCall> wanted();

    abstract void noteSent(ApiCall call);

    abstract void noteAnswer(ApiCall call, Answer answer);
}
