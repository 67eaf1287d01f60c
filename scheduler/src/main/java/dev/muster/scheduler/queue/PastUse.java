package dev.muster.scheduler.queue;

import dev.muster.scheduler.job.ResourceVector;
import java.time.Duration;
import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a queue has used so far, where the past counts less the longer ago it is.
 *
 * <p>Goals: a queue that used much yesterday waits today behind one that did not, at no cost while nothing changes.
 *
 * <p>Constraints: the same changes at the same times have the same result to the bit; asking changes nothing.
 *
 * <p>Algorithm: the mean of the use over all time, weighted with 1/2 for each half-life that has passed since. Between two changes
 * use is constant, so the mean moves towards it: {@code past' = past x 2^(-t/h) + use x (1 - 2^(-t/h))}. It is brought up to date only
 * when the use changes.
 *
 * <p>Example: half-life 1 h. A queue that uses 8 for an hour has a past of 4; an hour of nothing later, of 2. One that has always
 * used 8 has a past of 8.
 *
 * <p>Complexity: one exponential for each change. Source: decayed usage as batch schedulers have it; as a mean it has the unit of the
 * use itself, so that both can be added.
 */
final class PastUse {

    private static final double NANOS = 1e9;

    private final SortedMap<String, Double> means = new TreeMap<>();
    private @Nullable Instant until;

    /** Begins to count; what was in use before is not known. */
    void begin(Instant moment) {
        until = moment;
    }

    /** Notes that this was in use since the last call. */
    void add(ResourceVector use, Instant now, double decayPerSecond) {
        if (until != null && now.isAfter(until)) {
            SortedMap<String, Double> moved = at(use, now, decayPerSecond);
            means.clear();
            means.putAll(moved);
            until = now;
        }
    }

    /** The means at a moment, if this was in use since the last call of {@link #add}. */
    SortedMap<String, Double> at(ResourceVector use, Instant now, double decayPerSecond) {
        SortedMap<String, Double> moved = new TreeMap<>(means);
        if (until == null || !now.isAfter(until)) {
            return moved;
        }
        Duration passed = Duration.between(until, now);
        double kept = StrictMath.exp(-decayPerSecond * (passed.getSeconds() + passed.getNano() / NANOS));
        moved.replaceAll((resource, mean) -> mean * kept);
        use.amounts().forEach((resource, amount) -> moved.merge(resource, amount * (1 - kept), Double::sum));
        return moved;
    }
}
