package dev.muster.controller.metrics;

import dev.muster.controller.operations.JobState;
import dev.muster.controller.operations.Views.NodeState;
import java.util.Collections;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How things stand, as one value that the event loop makes and the scrape thread reads: a scrape never touches live
 * state.
 *
 * @param jobs by state; terminal ones as long as they are kept
 * @param waiting jobs that wait, by queue
 * @param accelerators by type; {@code unknown} for hosts that name none
 * @param goodput where accelerator time went
 * @param sessions agents connected
 * @param storeRevision the latest that is known
 * @param loopBacklog events that wait for the loop
 * @param leading whether this controller decides
 */
public record Levels(
        Map<JobState, Long> jobs,
        SortedMap<String, Long> waiting,
        Map<NodeState, Long> hosts,
        SortedMap<String, Accelerators> accelerators,
        Goodput goodput,
        long sessions,
        long storeRevision,
        long loopBacklog,
        boolean leading) {

    public static final Levels NONE =
            new Levels(Map.of(), new TreeMap<>(), Map.of(), new TreeMap<>(), Goodput.NONE, 0, 0, 0, false);

    /**
     * Accelerators of one type.
     *
     * @param used held by attempts, spares included
     * @param free on hosts that take new work
     * @param unavailable the rest: lost, quarantined, cordoned or draining hosts, broken devices
     */
    public record Accelerators(long used, long free, long unavailable) {
        public long total() {
            return used + free + unavailable;
        }
    }

    /**
     * Where accelerator time went since the first job.
     *
     * @param acceleratorMillis by queue, by the label of the bucket; never shrinks
     * @param cluster ratios over all queues
     * @param byQueue ratios of each queue
     */
    public record Goodput(
            SortedMap<String, SortedMap<String, Long>> acceleratorMillis,
            Ratios cluster,
            SortedMap<String, Ratios> byQueue) {

        public static final Goodput NONE = new Goodput(new TreeMap<>(), Ratios.NONE, new TreeMap<>());

        public Goodput {
            acceleratorMillis = Collections.unmodifiableSortedMap(new TreeMap<>(acceleratorMillis));
            byQueue = Collections.unmodifiableSortedMap(new TreeMap<>(byQueue));
        }
    }

    /**
     * Effective training time ratios; empty while nothing was scheduled nor queued.
     *
     * @param all since the first job
     */
    public record Ratios(OptionalDouble all, OptionalDouble lastHour) {

        public static final Ratios NONE = new Ratios(OptionalDouble.empty(), OptionalDouble.empty());
    }

    public Levels {
        jobs = Map.copyOf(jobs);
        hosts = Map.copyOf(hosts);
        waiting = Collections.unmodifiableSortedMap(new TreeMap<>(waiting));
        accelerators = Collections.unmodifiableSortedMap(new TreeMap<>(accelerators));
    }
}
