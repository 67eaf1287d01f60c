package dev.muster.agent.session;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Which controller to try next, and how soon.
 *
 * <p>The addresses are tried in turn. One that follows knows where the leader is, so its word goes before the order; and while it
 * knows of no leader it is asked again, since it will be the first to know. That has an end, for one that is cut off from the store
 * knows of none for ever: after a few answers, longer than an election takes, the next is tried. Waiting times are short while
 * somebody answers, and grow while nobody does; each is drawn at random, so that a fleet that lost its leader does not fall upon
 * the next one at once.
 *
 * <p>Example with a (dead) and b: a fails, b says "no leader yet" for three seconds, then "b leads" or simply registers us.
 */
final class ControllerSearch {

    private static final Duration SHORTEST_WAIT = Duration.ofMillis(100);
    private static final Duration LONGEST_WAIT_IN_SILENCE = Duration.ofSeconds(5);
    private static final Duration LONGEST_WAIT_FOR_A_LEADER = Duration.ofSeconds(1);
    private static final Duration SPREAD = Duration.ofMillis(300);
    /** Answers of one controller that it knows of no leader, over about four seconds; then another may know more. */
    private static final int LEADERLESS_ANSWERS = 8;

    private final List<ControllerAddress> addresses;
    private final RandomGenerator random;
    private final Backoff silence;
    private final Backoff leaderless;
    private int turn;
    private @Nullable ControllerAddress pointedTo;
    private boolean tryingPointer;
    private boolean somebodyAnswers;
    private int leaderlessAnswers;

    ControllerSearch(List<ControllerAddress> addresses, RandomGenerator random) {
        this.addresses = List.copyOf(addresses);
        this.random = random;
        this.silence = new Backoff(SHORTEST_WAIT, LONGEST_WAIT_IN_SILENCE, random);
        this.leaderless = new Backoff(SHORTEST_WAIT, LONGEST_WAIT_FOR_A_LEADER, random);
    }

    /** Whom to try now. */
    ControllerAddress next() {
        tryingPointer = pointedTo != null;
        ControllerAddress address = pointedTo == null ? addresses.get(turn) : pointedTo;
        pointedTo = null;
        return address;
    }

    /** It leads and has registered us. */
    void registered() {
        silence.reset();
        leaderless.reset();
        somebodyAnswers = false;
        leaderlessAnswers = 0;
    }

    /** The one that was tried follows; answers how long to wait. */
    Duration follows(Optional<ControllerAddress> leader) {
        somebodyAnswers = true;
        silence.reset();
        if (leader.isEmpty()) {
            leaderlessAnswers++;
            if (leaderlessAnswers >= LEADERLESS_ANSWERS) {
                takeNext();
            }
            return leaderless.next();
        }
        leaderlessAnswers = 0;
        pointedTo = leader.get();
        return Duration.ofNanos((long) (SPREAD.toNanos() * random.nextDouble()));
    }

    /** The one that was tried, or that had registered us, is gone or does not answer; answers how long to wait. */
    Duration failed() {
        if (tryingPointer && somebodyAnswers) {
            // Whoever pointed there will know better soon.
            return leaderless.next();
        }
        somebodyAnswers = false;
        takeNext();
        return silence.next();
    }

    private void takeNext() {
        turn = (turn + 1) % addresses.size();
        leaderlessAnswers = 0;
    }
}
