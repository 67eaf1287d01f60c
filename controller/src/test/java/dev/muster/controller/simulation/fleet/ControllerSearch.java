package dev.muster.controller.simulation.fleet;

import dev.muster.controller.simulation.time.Chance;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which controller an agent tries next, and how soon: in turn, but where a follower points first. */
final class ControllerSearch {

    private static final int SHORTEST_MILLIS = 100;
    private static final int LONGEST_MILLIS_IN_SILENCE = 5_000;
    private static final int LONGEST_MILLIS_FOR_A_LEADER = 1_000;
    private static final int SPREAD_MILLIS = 300;

    private final List<String> addresses;
    private final Chance chance;
    private int turn;
    private int silenceMillis = SHORTEST_MILLIS;
    private int leaderlessMillis = SHORTEST_MILLIS;
    private @Nullable String pointedTo;
    private boolean tryingPointer;
    private boolean somebodyAnswers;

    ControllerSearch(List<String> addresses, Chance chance) {
        this.addresses = addresses;
        this.chance = chance;
    }

    String next() {
        tryingPointer = pointedTo != null;
        String address = pointedTo == null ? addresses.get(turn) : pointedTo;
        pointedTo = null;
        return address;
    }

    void registered() {
        silenceMillis = SHORTEST_MILLIS;
        leaderlessMillis = SHORTEST_MILLIS;
        somebodyAnswers = false;
    }

    /** The one that was tried follows; answers how long to wait. */
    Duration follows(Optional<String> leader) {
        somebodyAnswers = true;
        silenceMillis = SHORTEST_MILLIS;
        if (leader.isEmpty()) {
            return waitForALeader();
        }
        pointedTo = leader.get();
        return chance.millis(0, SPREAD_MILLIS);
    }

    /** The one that was tried is gone or does not answer; answers how long to wait. */
    Duration failed() {
        if (tryingPointer && somebodyAnswers) {
            return waitForALeader();
        }
        somebodyAnswers = false;
        turn = (turn + 1) % addresses.size();
        Duration wait = chance.millis(silenceMillis / 2, silenceMillis);
        silenceMillis = Math.min(LONGEST_MILLIS_IN_SILENCE, 2 * silenceMillis);
        return wait;
    }

    private Duration waitForALeader() {
        Duration wait = chance.millis(leaderlessMillis / 2, leaderlessMillis);
        leaderlessMillis = Math.min(LONGEST_MILLIS_FOR_A_LEADER, 2 * leaderlessMillis);
        return wait;
    }
}
