package dev.muster.cli.endtoend;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * Kills and pauses random processes, some at the same time, each for a while. Nobody waits here: whoever drives it looks
 * in often.
 */
final class Chaos {

    private static final int MOST_AT_ONCE = 3;

    private record Recovery(long dueNanos, Victim victim, Runnable how) {}

    private final Random random;
    private final Duration longestPause;
    private final List<Victim> well;
    private final PriorityQueue<Recovery> recoveries =
            new PriorityQueue<>(Comparator.comparingLong(Recovery::dueNanos));
    private final List<String> told = new ArrayList<>();
    private long nextStrikeNanos;

    /**
     * Chaos that has not begun.
     *
     * @param longestPause shorter than the isolation timeout, since an agent that stands still cannot fence itself
     */
    Chaos(long seed, Duration longestPause, List<Victim> victims) {
        this.random = new Random(seed);
        this.longestPause = longestPause;
        this.well = new ArrayList<>(victims);
    }

    /** Does what is due. */
    void look(long nowNanos) {
        recover(nowNanos);
        if (nowNanos >= nextStrikeNanos && recoveries.size() < MOST_AT_ONCE) {
            strike(nowNanos);
            nextStrikeNanos =
                    nowNanos + Duration.ofMillis(500 + random.nextInt(4_000)).toNanos();
        }
    }

    private void strike(long nowNanos) {
        Victim victim = next();
        well.remove(victim);
        if (random.nextInt(3) > 0) {
            told.add("kill " + victim.name());
            victim.kill().run();
            recoverAfter(Duration.ofMillis(100 + random.nextInt(6_000)), nowNanos, victim, victim.restart());
        } else {
            told.add("pause " + victim.name());
            victim.pause();
            int millis = 200 + random.nextInt((int) longestPause.toMillis());
            recoverAfter(Duration.ofMillis(millis), nowNanos, victim, victim::resume);
        }
    }

    private Victim next() {
        List<String> kinds = well.stream().map(Victim::kind).distinct().sorted().toList();
        String kind = kinds.get(random.nextInt(kinds.size()));
        List<Victim> candidates =
                well.stream().filter(victim -> victim.kind().equals(kind)).toList();
        return candidates.get(random.nextInt(candidates.size()));
    }

    private void recoverAfter(Duration delay, long nowNanos, Victim victim, Runnable how) {
        recoveries.add(new Recovery(nowNanos + delay.toNanos(), victim, how));
    }

    private void recover(long nowNanos) {
        for (Recovery next = recoveries.peek(); next != null && next.dueNanos() <= nowNanos; next = recoveries.peek()) {
            recoveries.remove();
            next.how().run();
            well.add(next.victim());
        }
    }

    /** Everything recovers at once. */
    void end() {
        recover(Long.MAX_VALUE);
    }

    /** What happened so far. */
    List<String> told() {
        return told;
    }
}
