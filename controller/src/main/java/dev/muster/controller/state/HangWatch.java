package dev.muster.controller.state;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Learns how long an attempt may go without progress before it counts as hung: five times the longest gap it ever had
 * between two signs of progress (a step that changed, or a newer checkpoint), and never less than the job's own floor.
 * Before the first sign there is no deadline: loading data and compiling take as long as they take.
 *
 * <p>A controller that has just started begins with {@link #NONE} and the job's last known progress at its own time, so
 * that nobody is judged for the time it was away.
 *
 * @param lastAdvance when progress was last seen in this attempt, by the controller's clock
 * @param step the step of then
 * @param checkpoint the checkpoint of then
 * @param longestGap over all attempts that this watch has seen
 */
public record HangWatch(Optional<Instant> lastAdvance, long step, long checkpoint, Duration longestGap) {

    public static final HangWatch NONE = new HangWatch(Optional.empty(), 0, 0, Duration.ZERO);

    private static final int TIMES_THE_LONGEST_GAP = 5;

    public HangWatch on(Progress progress, Instant now) {
        if (lastAdvance.isEmpty()) {
            return new HangWatch(Optional.of(now), progress.step(), progress.checkpoint(), longestGap);
        }
        if (progress.step() == step && progress.checkpoint() == checkpoint) {
            return this;
        }
        Duration gap = Duration.between(lastAdvance.get(), now);
        Duration longest = gap.compareTo(longestGap) > 0 ? gap : longestGap;
        return new HangWatch(Optional.of(now), progress.step(), progress.checkpoint(), longest);
    }

    /** For the next attempt: what was learned stays, the clock stands still until its first progress. */
    public HangWatch nextAttempt() {
        return new HangWatch(Optional.empty(), 0, 0, longestGap);
    }

    /**
     * When the attempt counts as hung unless it progresses before.
     *
     * @param floor the least silence that counts as a hang
     */
    public Optional<Instant> deadline(Duration floor) {
        Duration learned = longestGap.multipliedBy(TIMES_THE_LONGEST_GAP);
        return lastAdvance.map(since -> since.plus(learned.compareTo(floor) > 0 ? learned : floor));
    }
}
